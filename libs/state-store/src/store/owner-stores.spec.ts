import { MemoryStore, OwnerStores, StoreClosedError } from '..';

/** Counts what is opened and closed, by owner. */
function counted(maxIdle: number) {
  const log: string[] = [];
  class CountedStore extends MemoryStore {
    constructor(private readonly owner: string) {
      super();
      log.push(`+${owner}`);
    }
    override close(): Promise<void> {
      log.push(`-${this.owner}`);
      return super.close();
    }
  }
  return { log, stores: new OwnerStores((owner) => new CountedStore(owner), maxIdle) };
}

describe('the stores of owners', () => {
  it('are opened once, and stay open while they are used and for a while after', async () => {
    const { log, stores } = counted(2);
    await stores.use('a', (store) => store.setJson('/k', 1));
    expect(await stores.use('a', (store) => store.getJson('/k'))).toBe(1);
    expect(await stores.use('b', (store) => store.getJson('/k'))).toBeUndefined();
    expect(log).toEqual(['+a', '+b']);
    await stores.close();
  });

  it('are closed when too many unused ones are open, the least recently used first', async () => {
    const { log, stores } = counted(2);
    const held = stores.lease('held');
    for (const owner of ['a', 'b', 'a', 'c']) await stores.use(owner, async () => undefined);
    expect(log).toEqual(['+held', '+a', '+b', '+c', '-b']);
    held.release();
    held.release();
    expect([stores.size, log.at(-1)]).toEqual([2, '-held']);
    await stores.close();
    expect(log.slice(-2).sort()).toEqual(['-a', '-c']);
    expect(() => stores.lease('a')).toThrow(StoreClosedError);
  });
});

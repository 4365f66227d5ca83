import { LockLost } from '../../errors';
import { lockKey } from '../../locks/model';
import { CoreWorld, absent, any, at, editor } from '../../testing/core-world';

const lock = lockKey('ann', 'printer');
const under = (fencingToken: number) => ({ lock: { ...lock, fencingToken } });
const lost = (fencingToken: number) => new LockLost('printer', fencingToken);

describe('changes under a lock', () => {
  let world: CoreWorld;
  beforeEach(async () => {
    world = new CoreWorld();
    await world.create({ n: 0 });
    const { fencing } = world.store;
    for (let newest = 0; newest < 2; newest++) await fencing.advance(lock, newest);
  });

  it('are made under the newest number, and refused under an older one and one that was never given out', async () => {
    expect((await world.replace({ n: 1 }, 1, under(2))).change.version).toBe(2);
    for (const number of [1, 3])
      await expect(world.replace({ n: 2 }, 2, under(number))).rejects.toEqual(lost(number));
    expect(await world.read()).toMatchObject({ version: 2, state: { n: 1 } });
    expect(world.refused).toEqual(['lock_lost', 'lock_lost']);
  });

  it('are refused for the lost lock, before any other refusal, and without a snapshot before', async () => {
    await expect(world.replace({ n: 2 }, 7, under(1))).rejects.toEqual(lost(1));
    await expect(world.edit({ kind: 'delete' }, at(1), under(1))).rejects.toEqual(lost(1));
    expect(await world.taken()).toEqual([]);
  });

  it('are refused where the number was the newest until they were stored', async () => {
    const { store } = world;
    const append = store.append.bind(store);
    store.append = async (batch) => {
      await store.fencing.advance(lock, 2);
      return append(batch);
    };
    const [fenced, free] = await Promise.allSettled([
      world.edit({ kind: 'replace', state: { n: 1 } }, any, under(2)),
      world.edit({ kind: 'merge-patch', document: { free: true } }),
    ]);
    expect(fenced).toEqual({ status: 'rejected', reason: lost(2) });
    expect(free).toMatchObject({ status: 'fulfilled', value: { change: { version: 2 } } });
    expect(await world.read()).toMatchObject({ version: 2, state: { n: 0, free: true } });
  });

  it('are answered with what they came to where they are repeated after the lock is lost', async () => {
    const request = { actor: 'ann', key: 'k', fingerprint: 'print' };
    const first = await world.replace({ n: 1 }, 1, { ...under(2), request });
    await world.store.fencing.advance(lock, 2);
    const again = await world.replace({ n: 1 }, 1, { ...under(2), request });
    expect(again).toMatchObject({ replayed: true, change: first.change });
    const other = { ...request, key: 'l' };
    await expect(world.replace({ n: 1 }, 2, { ...under(2), request: other })).rejects.toEqual(lost(2));
  });

  it('are made in a transaction as one, or not at all', async () => {
    const transact = (number: number) =>
      world.core.transact({
        workspace: world.workspace,
        operations: ['panel', 'other'].map((panelId) => ({ op: 'set', panelId, state: { number } })),
        origin: editor,
        ...under(number),
      });
    await expect(transact(1)).rejects.toEqual(lost(1));
    expect(await world.read()).toMatchObject({ version: 1 });
    expect((await transact(2)).panels).toHaveLength(2);

    const { store } = world;
    const appendTogether = store.appendTogether.bind(store);
    store.appendTogether = async (...args) => {
      await store.fencing.advance(lock, 2);
      return appendTogether(...args);
    };
    await expect(transact(2)).rejects.toEqual(lost(2));
    expect(await world.read('other')).toMatchObject({ version: 1 });
  });

  it('are refused under a lock that was never given out', async () => {
    const none = { lock: { ...lock, name: 'none', fencingToken: 1 } };
    await expect(world.edit({ kind: 'create', state: {} }, absent, none)).rejects.toBeInstanceOf(LockLost);
  });
});

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryStore, type Watch, type WatchEvent } from '..';

const count = 100_000;
const parts = 5;

setFlagsFromString('--expose-gc');
/** Without it, what is no longer used would be counted in. */
const collect = runInNewContext('gc') as () => void;

describe('100,000 watches', () => {
  it('take at most 2 KiB each while they are idle, and each gets its own change', async () => {
    const store = new MemoryStore();
    const watches: Watch[] = [];
    const events: Promise<IteratorResult<WatchEvent>>[] = [];
    const grown: number[] = [];
    for (let part = 0; part < parts; part++) {
      const before = heapInUse();
      await addIdle(store, count / parts, watches, events);
      grown.push((heapInUse() - before) / (count / parts));
    }
    // The heap of a test runner grows by other things, too, but not with every part: watches take part in the smallest growth.
    const bytesEach = Math.min(...grown);
    console.log(`100,000 watches: ${Math.round(bytesEach)} bytes each`);
    expect(bytesEach).toBeGreaterThan(0);
    expect(bytesEach).toBeLessThan(2_048);

    for (const index of [0, 1, 50_000, count - 1]) {
      await store.setJson(`/key/${index}`, index);
      expect((await events[index])?.value).toMatchObject({ key: `/key/${index}`, value: index });
    }
    const others = Promise.allSettled(events);
    await store.close();
    const ended = (await others).filter(({ status }) => status === 'rejected').length;
    expect(ended).toBe(count - 4);
  });

  it('lose nothing for a reader that pauses for longer than their buffer', async () => {
    const store = new MemoryStore();
    const watch = store.watch('/big/*');
    const small = store.watch('/small/*');
    await watch.ready;
    for (let round = 0; round < 40; round++) await store.set('/big/a', new Uint8Array(1_000_000).fill(round));
    for (let round = 0; round < 200; round++) await store.setJson('/small/a', round);
    for (let round = 0; round < 40; round++) {
      const { value } = await watch.next();
      expect((value?.value as Uint8Array)[0]).toBe(round);
    }
    for (let round = 0; round < 200; round++) expect((await small.next()).value?.value).toBe(round);
    await store.close();
  });
});

/** Bytes of the heap that are reachable. What one collection frees may keep more from being freed before the next. */
function heapInUse(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Begins watches, and waits until each of them is where it waits for its change. */
async function addIdle(
  store: MemoryStore,
  more: number,
  watches: Watch[],
  events: Promise<IteratorResult<WatchEvent>>[],
): Promise<void> {
  const added = Array.from({ length: more }, (_, index) => store.watch(`/key/${watches.length + index}`));
  await Promise.all(added.map(({ ready }) => ready));
  for (const watch of added) {
    watches.push(watch);
    events.push(watch.next());
  }
}

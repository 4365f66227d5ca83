import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryStore } from '..';

const count = 100_000;

setFlagsFromString('--expose-gc');
/** Without it, what is no longer used would be counted in. */
const collect = runInNewContext('gc') as () => void;

describe('100,000 watches', () => {
  it('take at most 2 KiB each while they are idle, and each gets its own change', async () => {
    const store = new MemoryStore();
    collect();
    const before = process.memoryUsage();
    const watches = Array.from({ length: count }, (_, index) => store.watch(`/key/${index}`));
    await Promise.all(watches.map(({ ready }) => ready));
    const events = watches.map((watch) => watch.next());
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const after = process.memoryUsage();
    const bytesEach = (after.heapUsed - before.heapUsed) / count;
    console.log(
      `100,000 watches: ${Math.round(bytesEach)} bytes each, ${Math.round((after.rss - before.rss) / 1_048_576)} MiB resident`,
    );
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

  it('hold at most 64 changes, or 1 MiB, for a reader that does not read', async () => {
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

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { MemoryStore } from '..';

const count = 100_000;
const built = path.resolve(__dirname, '../../dist/index.js');

/**
 * Begins watches in five parts, and prints the smallest growth of the reachable heap for each watch of a part; then whether each
 * of some watches gets its own change. In a process of its own: what other specs leave behind in a process, such as hooks
 * into its promises, would be counted in.
 */
const script = `
const { MemoryStore } = require(${JSON.stringify(built)});
const heap = () => (gc(), gc(), process.memoryUsage().heapUsed);
(async () => {
  const store = new MemoryStore();
  const [watches, events, grown] = [[], [], []];
  for (let part = 0; part < 5; part++) {
    const before = heap();
    const added = Array.from({ length: ${count / 5} }, (_, index) => store.watch('/key/' + (watches.length + index)));
    await Promise.all(added.map(({ ready }) => ready));
    for (const watch of added) {
      watches.push(watch);
      events.push(watch.next());
    }
    grown.push((heap() - before) / added.length);
  }
  const changes = [];
  for (const index of [0, 1, 50000, ${count - 1}]) {
    await store.setJson('/key/' + index, index);
    const { key, value } = (await events[index]).value;
    changes.push([key, value]);
  }
  const others = Promise.allSettled(events);
  await store.close();
  const ended = (await others).filter(({ status }) => status === 'rejected').length;
  console.log(JSON.stringify({ bytesEach: Math.min(...grown), changes, ended }));
})();
`;

describe('100,000 watches', () => {
  it('take at most 2 KiB each while they are idle, and each gets its own change', () => {
    const printed = execFileSync(process.execPath, ['--expose-gc', '-e', script], { encoding: 'utf8' });
    const { bytesEach, changes, ended } = JSON.parse(printed);
    console.log(`100,000 watches: ${Math.round(bytesEach)} bytes each`);
    expect(bytesEach).toBeGreaterThan(0);
    expect(bytesEach).toBeLessThan(2_048);
    expect(changes).toEqual([0, 1, 50_000, count - 1].map((index) => [`/key/${index}`, index]));
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

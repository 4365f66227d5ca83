import fc from 'fast-check';
import { MemoryCacheEpochs } from '../../memory';
import type { PanelKey } from '../model';
import type { CacheEpochs } from '../ports';
import { aPanelAt } from '../../testing/copies-world';
import { FlakyRedis } from '../../testing/flaky-redis';
import { aPanelKey } from '../../testing/panel-builders';
import { runs } from '@nexus-state/documents/testing';
import { VirtualClock } from '../../testing/virtual-clock';
import { StoreOutage } from '../store-outage';
import { CacheLease } from './cache-lease';
import { PanelCopies } from './panel-copies';

const observer = { hintFailed: () => undefined };
const processes = 3;
const panels = 6;
const minuteMs = 60_000;

/** Processes that read and write panels over one store and one cache, which breaks down in every way. */
class World {
  readonly clock = new VirtualClock();
  readonly redis: FlakyRedis;
  readonly links;
  readonly copies;
  readonly keys = Array.from({ length: panels }, (_, index) => aPanelKey({ panelId: `p${index}` }));
  readonly #leases: CacheLease[] = [];
  readonly #stored = this.keys.map(() => 1);
  readonly #acknowledged = this.keys.map(() => 1);
  readonly stale: string[] = [];
  hits = 0;
  misses = 0;
  writes = 0;
  lateWrites = 0;

  constructor(readonly random: () => number) {
    this.redis = new FlakyRedis(this.clock, random);
    const epochs = new MemoryCacheEpochs(this.clock.now);
    const onItsWay: CacheEpochs = {
      read: () => this.#there(() => epochs.read()),
      suspend: (ms) => this.#there(() => epochs.suspend(ms)),
      moveTo: (server, ms) => this.#there(() => epochs.moveTo(server, ms)),
    };
    this.links = Array.from({ length: processes }, () => this.redis.connect());
    this.copies = this.links.map((link) => {
      const lease = new CacheLease(
        onItsWay,
        link,
        { observer, outage: new StoreOutage(this.clock.now) },
        this.clock,
      );
      this.#leases.push(lease);
      void lease.keep();
      return new PanelCopies(link, lease, observer, this.clock.now);
    });
  }

  /** Reads a panel through one process, as `readPanel` does. */
  async read(process: number, panel: number): Promise<void> {
    const copies = this.copies[process] as PanelCopies;
    const key = this.keys[panel] as PanelKey;
    const least = this.#acknowledged[panel] as number;
    const found = await copies.read(key);
    let version: number;
    if (found.found === 'fresh') {
      this.hits++;
      version = found.copy.version;
    } else {
      this.misses++;
      const epoch = copies.begin();
      version = await this.#there(async () => this.#stored[panel] as number);
      if (found.found !== 'unavailable') void copies.fill(aPanelAt(key, version), epoch);
    }
    if (version < least)
      this.stale.push(
        `process ${process} reads ${key.panelId} at ${version} after ${least} was acknowledged`,
      );
  }

  async write(process: number, panel: number): Promise<void> {
    const copies = this.copies[process] as PanelCopies;
    const key = this.keys[panel] as PanelKey;
    const began = this.clock.now();
    const epoch = copies.begin();
    const version = await this.#there(async () => ++(this.#stored[panel] as number));
    await copies.renew(aPanelAt(key, version), epoch);
    this.#acknowledged[panel] = Math.max(this.#acknowledged[panel] as number, version);
    this.writes++;
    if (this.clock.now() - began > 3_000) this.lateWrites++;
  }

  trouble(): void {
    const link = this.links[Math.floor(this.random() * processes)];
    const all = [
      ...[
        () => this.redis.freeze(),
        () => this.redis.thaw(),
        () => this.redis.thaw(),
        () => this.redis.save(),
      ],
      ...[
        () => this.redis.restart(),
        () => this.redis.failOver(4_000),
        () => link?.cut(),
        () => link?.heal(),
        () => link?.heal(),
        () => link?.breakOff(),
      ],
    ];
    all[Math.floor(this.random() * all.length)]?.();
  }

  heal(): void {
    this.redis.thaw();
    for (const link of this.links) link.heal();
  }

  close(): void {
    for (const lease of this.#leases) lease.close();
  }

  /** Something at the store, with the way there and back. */
  async #there<T>(work: () => Promise<T>): Promise<T> {
    await this.clock.sleep(this.random() * 30);
    const result = await work();
    await this.clock.sleep(this.random() * 30);
    return result;
  }
}

async function live(world: World): Promise<void> {
  const pick = (count: number) => Math.floor(world.random() * count);
  const underWay = new Set<Promise<void>>();
  const begin = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  while (world.clock.now() < minuteMs) {
    const choice = world.random();
    if (choice < 0.02) world.trouble();
    else if (choice < 0.1) begin(world.write(pick(processes), pick(panels)));
    else begin(world.read(pick(processes), pick(panels)));
    await world.clock.advance(world.random() * 80);
  }
  world.heal();
  await world.clock.until(Promise.all(underWay).then(() => undefined));
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

it('copies are never older than what was acknowledged, in any process, with any fault of the cache', async () => {
  // A history may be one long outage; most are not.
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const world = new World(numbersFrom(seed));
      await live(world);
      expect(world.stale).toEqual([]);
      hits += world.hits;
      // The first writes of an outage wait for the cache's timeout, and for the leases of other processes.
      expect(world.lateWrites).toBe(0);

      await world.clock.advance(20_000);
      for (const [process, copies] of world.copies.entries()) {
        await world.clock.until(world.read(process, 0));
        await world.clock.advance(100);
        const found = await world.clock.until(copies.read(world.keys[0] as PanelKey));
        expect(found.found).toBe('fresh');
      }
      expect(world.stale).toEqual([]);
      world.close();
    }),
    runs(12),
  );
  expect(hits).toBeGreaterThan(0);
}, 120_000);

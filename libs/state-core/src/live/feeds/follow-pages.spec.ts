import { Unavailable } from '../../errors';
import { MemoryUpdateBus } from '../../memory';
import type { UpdateBus } from '../../ports';
import { eventually } from '../../testing/eventually';
import { FailingStore } from '../../testing/failing-store';
import { CountedBus } from '../../testing/feed-world';
import { aPanelKey } from '../../testing/panel-builders';
import { aChange } from '../../testing/update-bus.contract';
import { type GrowingPage, followPages } from './follow-pages';

interface Page extends GrowingPage<string | undefined> {
  readonly entries: readonly number[];
}

const workspace = aPanelKey();

/** Numbers that are read two a page, and who follows them. */
class World {
  readonly entries: number[] = [];
  readonly seen: number[] = [];
  readonly memory = new MemoryUpdateBus();
  readonly bus = new CountedBus(this.memory);
  readonly busFaults = new FailingStore<UpdateBus>(this.bus);
  readonly end = new AbortController();
  reads = 0;
  failure: Error | undefined;

  async follow(cursor?: string): Promise<void> {
    const read = async (at: string | undefined): Promise<Page> => {
      this.reads++;
      if (this.failure) throw this.failure;
      const from = Number(at ?? 0);
      const entries = this.entries.slice(from, from + 2);
      const end = String(from + entries.length);
      return { entries, end, more: from + entries.length < this.entries.length };
    };
    const pages = followPages(
      { workspace, start: cursor, read, signal: this.end.signal },
      this.busFaults.port,
    );
    for await (const page of pages) this.seen.push(...page.entries);
  }

  publish(): Promise<void> {
    return this.memory.publish(aChange(workspace, 1));
  }

  sees(...entries: readonly number[]): Promise<unknown> {
    return eventually(
      () => JSON.stringify(this.seen) === JSON.stringify(entries),
      `${entries.join(', ')} instead of ${this.seen.join(', ')}`,
      10_000,
    );
  }
}

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.end.abort());

it('yields what is there after the cursor, then what comes, page by page and in order', async () => {
  world.entries.push(1, 2, 3, 4, 5);
  const following = world.follow('1');
  await world.sees(2, 3, 4, 5);
  world.entries.push(6);
  await world.publish();
  await world.sees(2, 3, 4, 5, 6);
  world.end.abort();
  await following;
  expect(world.bus.listening).toBe(0);
});

it('finds what was not published', async () => {
  const following = world.follow();
  await eventually(() => world.reads > 0, 'the first read');
  world.entries.push(1);
  await world.sees(1);
  world.end.abort();
  await following;
});

it('finds at once what is published while it waits', async () => {
  jest.useFakeTimers();
  try {
    const following = world.follow();
    // By then it looks once a second.
    await jest.advanceTimersByTimeAsync(3_000);
    world.entries.push(1);
    await jest.advanceTimersByTimeAsync(0);
    expect(world.seen).toEqual([]);
    await world.publish();
    await jest.advanceTimersByTimeAsync(0);
    expect(world.seen).toEqual([1]);
    world.end.abort();
    await following;
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

it('goes on while the bus is away, and subscribes to it once it is back', async () => {
  world.busFaults.leave(new Unavailable('The update bus'));
  const following = world.follow();
  world.entries.push(1);
  await world.sees(1);
  expect(world.bus.listening).toBe(0);
  world.busFaults.comeBack();
  await eventually(() => world.bus.listening === 1, 'the bus to be subscribed to', 10_000);
  world.end.abort();
  await following;
  expect(world.bus.listening).toBe(0);
});

it('ends with what the read throws, and leaves the bus', async () => {
  world.failure = new Error('no longer allowed');
  await expect(world.follow()).rejects.toThrow('no longer allowed');
  expect(world.bus.listening).toBe(0);
});

it('reads nothing more once it is aborted, not even after a full page', async () => {
  world.entries.push(1, 2, 3, 4);
  world.end.abort();
  await world.follow();
  expect([world.reads, world.seen]).toEqual([0, []]);
});

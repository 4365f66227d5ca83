import { setTimeout as pause } from 'node:timers/promises';
import type { ChangesPage, UpdateBus, WorkspaceKey } from '@nexus-state/state-core';

/** What following a feed needs. */
export interface FollowedFeed {
  readonly workspace: WorkspaceKey;
  readonly bus: UpdateBus;
  /** Reads on from a cursor. */
  readonly read: (cursor: string | undefined) => Promise<ChangesPage>;
  /** Ends the following when it is aborted. */
  readonly signal: AbortSignal;
}

const idleMs = 1_000;
const soonMs = [20, 50, 100, 250];

/**
 * The pages of a feed as it grows, without end. Updates on the bus only wake it; what is told is read from history, at
 * least once a second, so a lost update delays a change and never loses it.
 */
export async function* followFeed(
  feed: FollowedFeed,
  cursor: string | undefined,
): AsyncGenerator<ChangesPage> {
  const waker = new Waker(feed.signal);
  const leave = await feed.bus
    .subscribe(feed.workspace, {
      heard: () => waker.wake(),
      told: () => undefined,
      missed: () => waker.wake(),
    })
    .catch(() => undefined);
  try {
    let hurry = 0;
    for (let at = cursor; !feed.signal.aborted;) {
      const page = await feed.read(at);
      at = page.nextCursor ?? at;
      if (page.entries.length > 0) yield page;
      if (page.more || feed.signal.aborted) continue;
      if (page.entries.length > 0) hurry = 0;
      // A change that woke us may still be behind the horizon: look again soon, then less often.
      const woken = await waker.sleep(soonMs[hurry] ?? idleMs);
      hurry = woken ? 0 : hurry + 1;
    }
  } finally {
    await leave?.();
  }
}

/** Sleeps that can be cut short. */
class Waker {
  #alarm = new AbortController();

  constructor(private readonly end: AbortSignal) {}

  wake(): void {
    this.#alarm.abort();
  }

  /** @returns whether it was woken before the time was over */
  async sleep(ms: number): Promise<boolean> {
    try {
      await pause(ms, undefined, { signal: AbortSignal.any([this.#alarm.signal, this.end]) });
      return false;
    } catch {
      this.#alarm = new AbortController();
      return true;
    }
  }
}

import { LazyResource } from '../../concurrency';
import type { WorkspaceKey } from '../../panels/model';
import type { UpdateBus } from '../../ports';

/** A page of something that grows, such as the changes of a workspace. */
export interface GrowingPage<Position> {
  readonly entries: readonly unknown[];
  /** Where to read on. */
  readonly end: Position;
  /** Whether there may be more already. */
  readonly more: boolean;
}

/** What is followed, and how it is read. */
export interface FollowedPages<Position, Page extends GrowingPage<Position>> {
  /** The workspace whose updates wake the reader. */
  readonly workspace: WorkspaceKey;
  /** Where to begin. */
  readonly start: Position;
  readonly read: (position: Position) => Promise<Page>;
  /** Ends the iteration when it is aborted. */
  readonly signal: AbortSignal;
}

const idleMs = 1_000;

/**
 * The pages with entries as they appear, without end. Updates on the bus only wake the reader; everything is read from
 * the store, at least once a second, so that a lost update delays a page and never loses it. A bus that is away is
 * subscribed to once it is back.
 * @throws what `read` throws
 */
export async function* followPages<Position, Page extends GrowingPage<Position>>(
  { workspace, start, read, signal }: FollowedPages<Position, Page>,
  bus: UpdateBus,
): AsyncGenerator<Page> {
  const alarm = new Alarm();
  const wake = () => alarm.ring();
  const listening = new LazyResource(() =>
    bus.subscribe(workspace, {
      onChange: wake,
      onReached: wake,
      onEvent: () => undefined,
      onGap: wake,
    }),
  );
  await listening.open();
  try {
    for (let at = start; !signal.aborted;) {
      const page = await read(at);
      at = page.end;
      if (page.entries.length > 0) yield page;
      if (page.more || signal.aborted) continue;
      void listening.open();
      await alarm.sleep(idleMs, signal);
    }
  } finally {
    await listening.close();
  }
}

/** Sleep that can be cut short. */
class Alarm {
  #rung = false;
  #wake = (): void => undefined;

  /** Ends the sleep, or the next one where there is none. */
  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', this.#wake, { once: true });
      });
      clearTimeout(timer);
      signal.removeEventListener('abort', this.#wake);
    }
    this.#rung = false;
  }
}

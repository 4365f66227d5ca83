import type { Watch, WatchEvent } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import type { EventStream } from '../feed/event-stream';

/** The pause between two looks whether a quiet watch has come further. */
const bookmarkMs = 1_000;

/** One watch as server-sent events, or as what else takes them. */
export class WatchStream {
  /** @param bookmark where the watch begins, as `since` would say it */
  constructor(
    private readonly watch: Watch,
    private readonly stream: Pick<EventStream, 'closed' | 'send'>,
    private bookmark: string,
  ) {}

  /**
   * Sends a bookmark, then changes as they come and bookmarks while none does, until the watch or the connection ends.
   * @param isShown whether the reader may see a change
   * @param check is called before each event, and while there is none; what it throws ends the stream
   * @throws what the watch ends with, and what `check` throws
   */
  async send(isShown: (event: WatchEvent) => boolean, check: () => void): Promise<void> {
    await this.#sendBookmark(this.bookmark);
    let waiting: Promise<IteratorResult<WatchEvent>> | undefined;
    while (!this.stream.closed.aborted) {
      check();
      waiting ??= this.watch.next();
      const next = await inTime(waiting, bookmarkMs);
      if (next === undefined) {
        await this.#catchUp();
        continue;
      }
      waiting = undefined;
      if (next.done) return;
      if (isShown(next.value)) await this.#sendChange(next.value);
    }
  }

  async #sendChange(event: WatchEvent): Promise<void> {
    this.bookmark = event.cursor;
    await this.stream.send(event.type, event.cursor, withWireValue(event));
  }

  /** What did not match, or was not shown, need not be looked at again by a reader that resumes. */
  async #catchUp(): Promise<void> {
    const { revision } = this.watch;
    if (revision !== undefined && revision > Number.parseInt(this.bookmark, 10)) {
      await this.#sendBookmark(String(revision));
    }
  }

  async #sendBookmark(bookmark: string): Promise<void> {
    this.bookmark = bookmark;
    await this.stream.send('bookmark', bookmark, { revision: Number.parseInt(bookmark, 10) });
  }
}

/** What a promise gives, or undefined after a time. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

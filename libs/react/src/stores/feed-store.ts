import type { ChangesOptions, FeedEntry } from '@nexus-state/client';
import { type ListSnapshot, loadingList } from './list-store';
import { SharedStore } from './shared-store';

/** How many changes are kept at most; older ones are in the history. */
const mostKept = 1_000;

/** What a feed is read from. */
export interface FeedOrigin {
  follow(options: ChangesOptions): AsyncIterable<FeedEntry>;
  readonly pageSize: number;
}

/** The newest changes of a workspace, followed once for all components that show them. */
export class FeedStore extends SharedStore<ListSnapshot<FeedEntry>> {
  #stopping = new AbortController();
  #kept: FeedEntry[] = [];
  #shown: number;
  #telling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly origin: FeedOrigin,
    onStopped: () => void,
  ) {
    super(loadingList, onStopped);
    this.#shown = origin.pageSize;
  }

  /** Follows the feed from its beginning again. */
  async refresh(): Promise<void> {
    if (!this.isRunning) return;
    this.stop();
    this.start();
  }

  /** Shows more of the changes before those that are shown. */
  async loadMore(): Promise<void> {
    this.#shown += this.origin.pageSize;
    this.#tell();
  }

  protected start(): void {
    this.#stopping = new AbortController();
    this.#kept = [];
    this.update({ loading: true, error: undefined });
    void this.#follow(this.#stopping.signal);
  }

  protected stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#telling);
    this.#telling = undefined;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const tellSoon = () => (this.#telling ??= setTimeout(() => this.#tell()));
    try {
      for await (const entry of this.origin.follow({ signal, onOpen: tellSoon })) {
        this.#kept.push(entry);
        if (this.#kept.length >= 2 * mostKept) this.#kept = this.#kept.slice(-mostKept);
        // Not a rendering for each of many changes that come together.
        tellSoon();
      }
    } catch (error) {
      if (!signal.aborted) this.update({ loading: false, error: error as Error });
    }
  }

  #tell(): void {
    this.#telling = undefined;
    const kept = this.#kept.slice(-mostKept);
    this.update({
      items: kept.slice(-this.#shown),
      loading: false,
      error: undefined,
      hasMore: kept.length > this.#shown,
    });
  }
}

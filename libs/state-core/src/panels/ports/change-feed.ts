import type { VisiblePanels } from '../../workspaces/access';
import type { WorkspaceKey } from '../model';
import type { HistoryEntry } from './panel-store';

/** A place in a workspace's feed: right behind one change. Opaque but to the adapter that gave it. */
export type FeedPosition = string;

/** A change in the feed, and the place behind it. */
export interface FeedEntry {
  readonly change: HistoryEntry;
  readonly position: FeedPosition;
}

/** Which changes of a feed to read. */
export interface FeedQuery {
  /** Only changes behind this position; undefined for the very beginning. */
  readonly after: FeedPosition | undefined;
  /** At most so many; fewer where they are large (`maxPageBytes`). */
  readonly limit: number;
  /** What the reader can see: other changes do not count. */
  readonly visible: VisiblePanels;
}

/** A page of a feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Whether there may be more behind them. */
  readonly more: boolean;
  /**
   * Where the next page starts: behind the last entry, or behind everything that could be read now, hidden changes
   * included. It can name a hidden change, so it must not be shown to the reader.
   */
  readonly end: FeedPosition;
}

/**
 * All changes of a workspace in one order that never changes afterwards: what is read behind a position is the same
 * whenever it is read, and grows only at its end. Methods throw `Unavailable` when the store cannot be reached.
 */
export interface ChangeFeed {
  /**
   * The changes behind a position, in order. A change that is durable appears as soon as every transaction that began
   * before it has ended.
   * @throws ValidationFailed when the position is none, or one that the feed has not reached
   */
  read(workspace: WorkspaceKey, query: FeedQuery): Promise<FeedPage>;

  /** The place behind everything that could be read now. */
  end(workspace: WorkspaceKey): Promise<FeedPosition>;
}

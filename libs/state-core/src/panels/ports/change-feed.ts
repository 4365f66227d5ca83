import type { WorkspaceKey } from '../model';
import type { HistoryEntry } from './panel-store';

/** A place in a workspace's feed: right behind one change. Opaque but to the adapter that gave it. */
export type FeedPosition = string;

/** A change in the feed, and the place behind it. */
export interface FeedEntry {
  readonly change: HistoryEntry;
  readonly position: FeedPosition;
}

/**
 * All changes of a workspace in one order that never changes afterwards: what is read behind a position is the same
 * whenever it is read, and grows only at its end. Methods throw `Unavailable` when the store cannot be reached.
 */
export interface ChangeFeed {
  /**
   * The changes behind a position, in order. A change that is durable appears as soon as every transaction that began
   * before it has ended.
   * @param after undefined for the very beginning
   * @throws ValidationFailed when the position is none
   */
  read(
    workspace: WorkspaceKey,
    after: FeedPosition | undefined,
    limit: number,
  ): Promise<readonly FeedEntry[]>;

  /** The place behind everything that could be read now. */
  end(workspace: WorkspaceKey): Promise<FeedPosition>;
}

import type { VisiblePanels } from '../../workspaces/access';
import type { FeedPosition, WorkspaceKey } from '../model';
import type { HistoryEntry } from './panel-store';

/** Which changes of a feed count; all of them where nothing is named. */
export interface FeedFilter {
  /** Only changes of these panels. */
  readonly panels?: VisiblePanels | undefined;
  /** Only changes by this actor. */
  readonly actor?: string | undefined;
  readonly triggeredBy?: string | undefined;
  /** Only changes that belong to this turn. */
  readonly turnId?: string | undefined;
  /** Only changes that this model came up with. */
  readonly model?: string | undefined;
}

/** Whether a change counts, apart from its panel. */
export function passesFilter(
  { actor, triggeredBy, about }: Pick<HistoryEntry, 'actor' | 'triggeredBy' | 'about'>,
  filter: Omit<FeedFilter, 'panels'>,
): boolean {
  return (
    (filter.actor === undefined || actor === filter.actor) &&
    (filter.triggeredBy === undefined || triggeredBy === filter.triggeredBy) &&
    (filter.turnId === undefined || about?.turnId === filter.turnId) &&
    (filter.model === undefined || about?.provenance?.model === filter.model)
  );
}

/** Which changes of a feed to read. */
export interface FeedQuery {
  /** Only changes behind this position. */
  readonly after: FeedPosition;
  /** At most so many; fewer where they are large (`maxPageBytes`). */
  readonly limit: number;
  /** What the reader can see: other changes do not count. */
  readonly visible: VisiblePanels;
  readonly filter?: FeedFilter | undefined;
}

/** A page of a feed. */
export interface FeedPage {
  /** In the order of their revisions, and in a revision in that of their ordinals. */
  readonly entries: readonly HistoryEntry[];
  /** Whether there may be more behind them. */
  readonly more: boolean;
  /**
   * Where the next page starts: behind the last entry, or behind everything that could be read now, hidden changes
   * included.
   */
  readonly end: FeedPosition;
}

/**
 * All changes of a workspace in the order of its revisions: what is read behind a position is the same whenever it is read, and
 * grows only at its end. A change that is durable is there. Methods throw `Unavailable` when the store cannot be reached.
 */
export interface ChangeFeed {
  /**
   * The changes behind a position, in order.
   * @returns undefined where the feed has not reached the position, or has no change there
   */
  read(workspace: WorkspaceKey, query: FeedQuery): Promise<FeedPage | undefined>;

  /** The newest revision of a workspace; 0 where nothing was written to it yet. */
  revision(workspace: WorkspaceKey): Promise<number>;
}

import type { VisiblePanels } from '../workspaces/access';
import type { WorkspaceKey } from './model';
import type { ChangeFeed, FeedEntry, FeedPosition } from './ports';

/** Asks for a page of a workspace's feed. */
export interface ReadChanges {
  readonly workspace: WorkspaceKey;
  /** Behind which change; `now` for what comes next; undefined for the very beginning. */
  readonly cursor: string | undefined;
  readonly limit: number;
  /** The panels that the caller can see. */
  readonly visible: VisiblePanels;
}

/** A page of the feed. */
export interface ChangesPage {
  readonly entries: readonly FeedEntry[];
  /** Where to go on, also when there is nothing more for now; null while there is no change to show. */
  readonly nextCursor: string | null;
  /** Whether there may be more behind it already. */
  readonly more: boolean;
  /** Where a reader inside the service goes on (`FeedPage.end`); not to be shown. */
  readonly end: FeedPosition;
}

/**
 * A page of the changes of a workspace, in an order that never changes.
 * @throws ValidationFailed when the cursor is none of this feed, or one that it has not reached; Unavailable
 */
export async function readChanges(
  { workspace, cursor, limit, visible }: ReadChanges,
  { feed }: { readonly feed: ChangeFeed },
): Promise<ChangesPage> {
  if (cursor === 'now') {
    const end = await feed.end(workspace);
    return { entries: [], nextCursor: end, more: false, end };
  }
  const { entries, more, end } = await feed.read(workspace, { after: cursor, limit, visible });
  return { entries, nextCursor: entries.at(-1)?.position ?? cursor ?? null, more, end };
}

import { ValidationFailed } from '@nexus-state/documents';
import type { VisiblePanels } from '../workspaces/access';
import {
  type FeedPosition,
  type WorkspaceKey,
  feedBeginning,
  positionOf,
  positionText,
  readPosition,
} from './model';
import type { ChangeFeed, FeedFilter, HistoryEntry } from './ports';

/** Asks for a page of a workspace's feed. */
export interface ReadChanges {
  readonly workspace: WorkspaceKey;
  /** Behind which change (`positionText`); `now` for what comes next; undefined for the very beginning. */
  readonly cursor?: string | undefined;
  /** The same by a revision, all changes of which are left out; goes before `cursor`. */
  readonly since?: number | undefined;
  readonly limit: number;
  /** The panels that the caller can see. */
  readonly visible: VisiblePanels;
  readonly filter?: FeedFilter | undefined;
}

/** A page of the feed. */
export interface ChangesPage {
  readonly entries: readonly HistoryEntry[];
  /** Where to go on, also when there is nothing more for now; null while there is no change to show. */
  readonly nextCursor: string | null;
  /** Whether there may be more behind it already. */
  readonly more: boolean;
  /** Where a reader inside the service goes on (`FeedPage.end`). */
  readonly end: FeedPosition;
}

/**
 * A page of the changes of a workspace, in the order of its revisions.
 * @throws ValidationFailed when the cursor is none of this feed, or one that it has not reached; Unavailable
 */
export async function readChanges(
  { workspace, cursor, since, limit, visible, filter }: ReadChanges,
  { feed }: { readonly feed: ChangeFeed },
): Promise<ChangesPage> {
  if (cursor === 'now' && since === undefined) {
    const end = { revision: await feed.revision(workspace) };
    return { entries: [], nextCursor: positionText(end), more: false, end };
  }
  const after = since === undefined ? cursorPosition(cursor) : { revision: since };
  const page = await feed.read(workspace, { after, limit, visible, filter });
  if (!page) throw notReached(since === undefined ? 'cursor' : 'since');
  const last = page.entries.at(-1);
  if (last) return { ...page, nextCursor: positionText(positionOf(last)) };
  return { ...page, nextCursor: since === undefined ? (cursor ?? null) : positionText(after) };
}

function cursorPosition(cursor: string | undefined): FeedPosition {
  return cursor === undefined ? feedBeginning : readPosition(cursor);
}

/** A position that was not given out here: of a workspace before it was restored from a backup, or of another one. */
function notReached(pointer: string): ValidationFailed {
  const message =
    'is not a position of this feed, or ahead of it. Read the panels again, and follow the feed from the cursor "now"';
  return new ValidationFailed([{ pointer, message }]);
}

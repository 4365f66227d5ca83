import type { WorkspaceKey } from './model';
import type { ChangeFeed, FeedEntry } from './ports';

/** Asks for a page of a workspace's feed. */
export interface ReadChanges {
  readonly workspace: WorkspaceKey;
  /** Behind which change; `now` for what comes next; undefined for the very beginning. */
  readonly cursor: string | undefined;
  readonly limit: number;
  /** Which panels the caller may see. */
  readonly reaches: (panelId: string) => boolean;
}

/** A page of the feed. */
export interface ChangesPage {
  readonly entries: readonly FeedEntry[];
  /** Where to go on, also when there is nothing more for now; null when nothing was ever written. */
  readonly nextCursor: string | null;
  /** Whether there may be more behind it already. */
  readonly more: boolean;
}

/**
 * A page of the changes of a workspace, in an order that never changes.
 * @throws ValidationFailed when the cursor is none of this feed
 */
export async function readChanges(
  { workspace, cursor, limit, reaches }: ReadChanges,
  { feed }: { readonly feed: ChangeFeed },
): Promise<ChangesPage> {
  if (cursor === 'now') return { entries: [], nextCursor: await feed.end(workspace), more: false };
  const found = await feed.read(workspace, cursor, limit);
  return {
    entries: found.filter(({ change }) => reaches(change.key.panelId)),
    nextCursor: found.at(-1)?.position ?? cursor ?? null,
    more: found.length === limit,
  };
}

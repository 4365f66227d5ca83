import type { WorkspaceKey } from '../panels/model';
import type { SnapshotStore } from './ports';
import { type Snapshot, listCursor, parseListCursor } from './model';

/** Asks for a page of a workspace's snapshots. */
export interface ListSnapshots {
  readonly workspace: WorkspaceKey;
  /** Most snapshots on the page, from 1. */
  readonly limit: number;
  /** The `nextCursor` of the page before; none for the first page. */
  readonly cursor?: string | undefined;
}

/** A page of snapshots, newest first. */
export interface SnapshotPage {
  readonly snapshots: readonly Snapshot[];
  /** Where the next page starts; null on the last one. */
  readonly nextCursor: string | null;
}

/**
 * The snapshots of a workspace, newest first; an unknown workspace has none.
 * @throws ValidationFailed when the cursor is not one of this list
 * @throws Unavailable when the store is away
 */
export async function listSnapshots(
  { workspace, limit, cursor }: ListSnapshots,
  { snapshots }: { readonly snapshots: SnapshotStore },
): Promise<SnapshotPage> {
  const after = cursor === undefined ? undefined : parseListCursor(cursor);
  // One more than asked for shows whether there is another page.
  const found = await snapshots.list(workspace, { limit: limit + 1, after });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { snapshots: page, nextCursor: found.length > limit && last ? listCursor(last) : null };
}

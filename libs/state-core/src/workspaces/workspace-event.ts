import type { WorkspaceKey } from '../panels/model';
import type { Snapshot } from '../snapshots/model';

/** What a restore does with panels that the snapshot does not hold: `exact` deletes them, `overlay` leaves them alone. */
export type RestoreMode = 'exact' | 'overlay';

/** A restore that happened. */
export interface Restore {
  readonly workspace: WorkspaceKey;
  /** The snapshot whose panels are back: the one that was named, or the one that the commit was made for. */
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  readonly mode: RestoreMode;
  /** How many panels got a new version, those that were created again included. */
  readonly restoredPanels: number;
  readonly deletedPanels: number;
  /** How many panels held already what the snapshot holds. */
  readonly unchangedPanels: number;
  /** The snapshot that was taken before. */
  readonly safetySnapshotId: string;
  /** Who asked: a token's `sub`. */
  readonly actor: string;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly restoredAt: string;
}

/** What happens to a workspace as a whole. */
export type WorkspaceEvent =
  | { readonly kind: 'snapshot_created'; readonly snapshot: Snapshot }
  | { readonly kind: 'workspace_restored'; readonly restore: Restore };

/** The workspace that an event is about. */
export function workspaceOf(event: WorkspaceEvent): WorkspaceKey {
  return event.kind === 'snapshot_created' ? event.snapshot.workspace : event.restore.workspace;
}

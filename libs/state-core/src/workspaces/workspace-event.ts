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

/** A proposal that was opened or closed. */
export interface ProposalNews {
  readonly workspace: WorkspaceKey;
  readonly proposalId: string;
  readonly state: string;
  readonly title: string;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly at: string;
}

/** What happens to a workspace as a whole. */
export type WorkspaceEvent =
  | { readonly kind: 'snapshot_created'; readonly snapshot: Snapshot }
  | { readonly kind: 'workspace_restored'; readonly restore: Restore }
  | { readonly kind: 'proposal_opened' | 'proposal_closed'; readonly proposal: ProposalNews };

/** The workspace that an event is about. */
export function workspaceOf(event: WorkspaceEvent): WorkspaceKey {
  switch (event.kind) {
    case 'snapshot_created':
      return event.snapshot.workspace;
    case 'workspace_restored':
      return event.restore.workspace;
    default:
      return event.proposal.workspace;
  }
}

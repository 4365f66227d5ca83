import type { WorkspaceKey } from '../../panels/model';

/** The branch that snapshots are committed to. */
export const snapshotBranch = 'main';

/** A snapshot as the list of snapshots has it: all panels of a workspace at one instant. The panels are in its commit. */
export interface Snapshot {
  readonly workspace: WorkspaceKey;
  /** UUID. */
  readonly snapshotId: string;
  /** Why it was taken: `manual`, `auto`, `pre_restore`, or the caller's own word. */
  readonly type: string;
  readonly description: string | null;
  readonly panelCount: number;
  /** Sum of the panels' `stateSizeBytes`. */
  readonly totalSizeBytes: number;
  /** The commit that holds it: 40 hex digits. Snapshots between which nothing changed share one. */
  readonly gitCommitHash: string;
  readonly gitBranch: string;
  /** Who asked: a token's `sub`, or `system`. */
  readonly createdBy: string;
  /** The instant whose panels it holds: RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
}

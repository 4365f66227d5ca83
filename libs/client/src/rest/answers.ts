import type { Conflict, JsonObject, JsonPatch } from '@nexus-state/documents';
import type { Provenance } from './turn-answers';

/** What becomes of a change that is based on an old version. */
export type OnConflict = 'reject' | 'merge' | 'overwrite';

/** An instant: RFC 3339, or a `Date`. */
export type Instant = string | Date;

/** What a member may do; the owner may everything. */
export type Role = 'viewer' | 'editor' | 'admin';

/** A panel as it was read. */
export interface PanelState<T> {
  readonly state: T;
  readonly version: number;
  readonly updatedAt: string;
}

/** A change that was accepted. */
export interface Written {
  readonly version: number;
  readonly updatedAt: string;
  /** Whether it was merged with changes that its author had not seen. */
  readonly merged: boolean;
  /** The patch as it was applied, where it was merged. */
  readonly patch?: JsonPatch;
  /** The revision of the workspace that it made. */
  readonly revision: number;
  /** In a turn with the policy `human-wins`: what was not made, because others had changed the same. */
  readonly dropped?: readonly Conflict[];
  /** In a turn with the policy `propose`: the proposal of what was not made, because others had changed the same. */
  readonly proposalId?: string;
}

/** Where a change comes from, as far as its author has said so. */
export interface Attribution {
  /** The turn of an agent that it belongs to. */
  readonly turnId?: string;
  /** The proposal that it was, and who approved that. */
  readonly proposalId?: string;
  readonly approvedBy?: string;
  /** Why it was made. */
  readonly provenance?: Provenance;
}

/** One change in the history of a panel. */
export interface HistoryEntry extends Attribution {
  readonly id: string;
  readonly changeType: 'created' | 'updated' | 'reverted' | 'deleted';
  /** Leads from the version before to this one. */
  readonly patch: JsonPatch;
  readonly version: number;
  readonly previousVersion: number;
  readonly triggeredBy: string;
  readonly triggerSource: string | null;
  /** The `sub` of who made it. */
  readonly actor: string;
  readonly changeSizeBytes: number;
  readonly occurredAt: string;
  /** The revision of the workspace that it made, alone or with the other changes of its transaction. */
  readonly revision: number;
}

/** One change in the feed of a workspace. */
export interface FeedEntry extends HistoryEntry {
  readonly panelId: string;
  /** The place behind this change: give it as `cursor` to go on from here. */
  readonly cursor: string;
}

/** A panel in the list of a workspace. */
export interface PanelItem {
  readonly panelId: string;
  readonly version: number;
  readonly updatedAt: string;
  readonly stateSizeBytes: number;
}

/** A panel that a query has found. */
export interface FoundPanel<T = JsonObject> {
  readonly panelId: string;
  readonly version: number;
  readonly state: T;
  readonly updatedAt: string;
}

/** A workspace as the caller sees it. */
export interface Workspace {
  readonly workspaceId: string;
  readonly owner: string;
  readonly name: string;
  readonly description: string | null;
  readonly role: Role | 'owner';
  readonly active: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastOpenedAt: string | null;
}

/** Somebody who reaches a workspace. */
export interface Member {
  readonly userId: string;
  readonly role: Role | 'owner';
  readonly since: string;
}

/** A snapshot that was taken. */
export interface SnapshotTaken {
  readonly snapshotId: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly panelCount: number;
  readonly totalSizeBytes: number;
  readonly gitCommitHash: string;
  readonly createdAt: string;
  readonly pushJobId?: string;
}

/** What a job came to that took no snapshot. */
export interface JobOutcome {
  readonly outcome: 'pushed' | 'nothing-to-push' | 'unchanged';
  readonly gitCommitHash?: string;
}

/** The status of a job that takes or pushes a snapshot. */
export interface SnapshotJob {
  readonly jobId: string;
  readonly state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  readonly progress: { readonly done: number; readonly total: number };
  readonly result?: SnapshotTaken | JobOutcome;
  readonly failedReason?: string;
}

/** A workspace whole: now, or at a commit. */
export interface WorkspaceState {
  readonly workspaceId: string;
  readonly panels: Readonly<Record<string, { readonly state: JsonObject; readonly version: number }>>;
  readonly totalPanels: number;
  readonly snapshotAt: string;
  /** The revision that it is as of; missing where the token does not reach all of it. */
  readonly revision?: number;
  readonly gitCommit: string | null;
}

/** A snapshot in the list. */
export interface SnapshotItem {
  readonly snapshotId: string;
  readonly type: string;
  readonly description: string | null;
  readonly panelCount: number;
  readonly totalSizeBytes: number;
  readonly gitCommitHash: string;
  readonly gitBranch: string;
  readonly createdBy: string;
  readonly createdAt: string;
}

/** A snapshot with its panels. */
export interface SnapshotContent extends SnapshotItem {
  readonly panels: Readonly<Record<string, { readonly state: JsonObject; readonly version: number }>>;
}

/** One side of a comparison. */
export interface DiffSide {
  readonly snapshotId: string | null;
  readonly gitCommitHash: string | null;
  readonly at: string;
}

/** What differs between a snapshot and another one, or the present. */
export interface SnapshotDiff {
  readonly workspaceId: string;
  readonly from: DiffSide;
  readonly to: DiffSide;
  readonly panels: Readonly<
    Record<
      string,
      {
        readonly change: string;
        readonly fromVersion: number | null;
        readonly toVersion: number | null;
        readonly patch: JsonPatch;
      }
    >
  >;
}

/** What a restore has done. */
export interface RestoreDone {
  readonly success: true;
  readonly restoredPanels: number;
  readonly deletedPanels: number;
  readonly unchangedPanels: number;
  /** The revision of the workspace that the changes made together; the current one, where nothing had to change. */
  readonly revision: number;
  /** Restoring it undoes the restore. */
  readonly safetySnapshotId: string;
}

/** A commit of a workspace. */
export interface Commit {
  readonly hash: string;
  readonly message: string;
  readonly author: string;
  readonly committedAt: string;
  readonly parents: readonly string[];
}

/** A transaction that happened. */
export interface TransactionDone {
  readonly panels: readonly { readonly panelId: string; readonly version: number }[];
  /** The revision of the workspace that the changes made together; the current one, where it only checked. */
  readonly revision: number;
}

/** An operation of a transaction. */
export type TransactionOperation =
  | { readonly op: 'check'; readonly panelId: string; readonly version: number }
  | { readonly op: 'set'; readonly panelId: string; readonly state: object; readonly version?: number }
  | {
      readonly op: 'patch';
      readonly panelId: string;
      readonly patches: readonly object[];
      readonly version?: number;
    }
  | { readonly op: 'delete'; readonly panelId: string; readonly version?: number };

/** A value, and the change that last set it. */
export interface BlamedValue extends Attribution {
  /** JSON Pointer to a scalar, or to an array or object without anything inside. */
  readonly pointer: string;
  /** The version that the change made. */
  readonly version: number;
  /** The `sub` of who made it. */
  readonly actor: string;
  readonly triggeredBy: string;
  readonly occurredAt: string;
  /** The turn of an agent that the change belongs to. */
  readonly turnId?: string;
  /** The proposal that the change was, and who approved that. */
  readonly proposalId?: string;
  readonly approvedBy?: string;
  /** Why the change was made. */
  readonly provenance?: Provenance;
}

/** The values of a panel at a version, and the change that last set each. */
export interface Blame {
  readonly panelId: string;
  readonly version: number;
  readonly values: readonly BlamedValue[];
}

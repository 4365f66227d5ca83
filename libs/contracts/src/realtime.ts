import { Allow, IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ChangeOrigin, maxVersion } from './common';
import { conflictPolicies } from './panels';

/** The Socket.IO namespace of the realtime gateway. */
export const realtimeNamespace = '/state';

/** The panel id that stands for every panel of a workspace. */
export const wholeWorkspace = '*';

/** Where plain WebSocket connections to a workspace are opened: `/ws/state/{workspaceId}`. */
export const webSocketPath = '/ws/state/';

/**
 * What a client sends. Over Socket.IO each is answered through its acknowledgement callback by a `RealtimeReply`; over a
 * plain WebSocket a message with an `id` is answered by an `ack` or an `error` with that `id`.
 */
export const clientEvents = {
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  patch: 'patch',
  presence: 'presence',
  auth: 'auth',
  ping: 'ping',
} as const;

/** What the gateway sends. */
export const serverEvents = {
  stateSync: 'state_sync',
  stateUpdate: 'state_update',
  panelCreated: 'panel_created',
  panelDeleted: 'panel_deleted',
  snapshotCreated: 'snapshot_created',
  workspaceRestored: 'workspace_restored',
  presence: 'presence',
  pong: 'pong',
  ack: 'ack',
  error: 'error',
} as const;

/** The panel, or panels, that a message is about. */
export class UnsubscribeRequest {
  @IsString()
  workspaceId: string;

  /** One panel, or `*` for the whole workspace. */
  @IsString()
  panelId: string;

  /** Whose workspace is meant, where several of this id are within the caller's reach; 1–255 bytes of UTF-8. */
  @IsOptional()
  @IsString()
  owner?: string;
}

/**
 * A subscription. Asking for one that stands already begins it anew. With `*` the subscriber begins with the
 * `state_sync` of every panel; `version`, which counts one panel, is of no use there.
 */
export class SubscribeRequest extends UnsubscribeRequest {
  /**
   * The version seen last: the updates after it follow. Without one, or with one that the panel has not reached, the
   * panel's `state_sync` comes first. A deleted panel can only be subscribed with a version.
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;
}

/** A change of a panel: what a PATCH with an envelope does. */
export class PatchMessage extends ChangeOrigin {
  @IsString()
  workspaceId: string;

  @IsString()
  panelId: string;

  /** Whose workspace is meant, where several of this id are within the caller's reach; 1–255 bytes of UTF-8. */
  @IsOptional()
  @IsString()
  owner?: string;

  /** A JSON Patch (RFC 6902), with `inc` beside its six operations; at most 1,000 operations (configurable). */
  @IsArray()
  patches: object[];

  /** The version this is based on. */
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version: number;

  /** What becomes of a change that is based on an old version; `merge` where not given. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** What a connection shows of itself to the others in a panel that it is subscribed to. */
export class PresenceMessage extends UnsubscribeRequest {
  /** Any JSON of at most 4 KiB: a cursor, a selection, a name. In place of what was shown before; null takes it away. */
  @Allow()
  data: unknown;
}

/** What an answered `presence` was about. */
export interface PresenceFacts {
  readonly workspaceId: string;
  readonly panelId: string;
  /** The connection's own id, as the others see it. */
  readonly connectionId: string;
}

/** A fresh token of the same user, in place of the one the connection was opened with. */
export class AuthMessage {
  /** A JWT, with or without the word "Bearer". */
  @IsString()
  token: string;
}

/** What an accepted patch came to. */
export interface PatchFacts {
  readonly version: number;
  /** Whether it was merged with changes its author had not seen. */
  readonly merged: boolean;
  /** The version its author was looking at, where it was merged. */
  readonly baseVersion?: number;
  /** The patch as it was applied, where it was merged. */
  readonly patch?: readonly object[];
}

/** A refusal over a live connection: the problem that HTTP would answer with. */
export interface RealtimeProblem {
  /** The code a program decides by. */
  readonly error: string;
  /** What happened and what to do, for people. */
  readonly message: string;
  /** What the code calls for. */
  readonly [fact: string]: unknown;
}

/** Answer to anything a client sends. */
export type RealtimeReply<Facts extends object = object> =
  ({ readonly ok: true } & Facts) | { readonly ok: false; readonly error: RealtimeProblem };

/** What an answered `subscribe` or `unsubscribe` was about. */
export interface SubscriptionFacts {
  readonly workspaceId: string;
  readonly panelId: string;
  /** The version the panel is at; not there for a whole workspace. */
  readonly version?: number;
}

/** Part of every event about a panel. */
export interface PanelEvent {
  readonly workspaceId: string;
  readonly panelId: string;
  /** The version of the panel after this event. */
  readonly version: number;
  /** When that version was accepted: RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
}

/** `state_sync`: the whole state, whatever the subscriber had before. */
export interface StateSync extends PanelEvent {
  readonly state: object;
}

/** `state_update`: one change; applying the patch to the state at `version - 1` gives the state at `version`. */
export interface StateUpdate extends PanelEvent {
  /** A JSON Patch (RFC 6902). */
  readonly patch: readonly object[];
  readonly triggeredBy: string;
  readonly triggerSource: string | null;
  /** The `sub` of who made the change. */
  readonly actor: string;
}

/** `panel_created`: a panel that is there now, with its first state. */
export interface PanelCreatedEvent extends PanelEvent {
  readonly state: object;
}

/** `panel_deleted`: a panel that is gone; its versions go on should it be created again. */
export type PanelDeletedEvent = PanelEvent;

/**
 * `presence`: who is present in a panel now, in place of what was said before. Nobody is told when only what they show
 * themselves has changed.
 */
export interface PresentMembersEvent {
  readonly workspaceId: string;
  readonly panelId: string;
  /** Everybody who shows something there, through whichever gateway; ordered by their connection ids. */
  readonly members: readonly PresentMember[];
}

/** A connection that is present in a panel. */
export interface PresentMember {
  readonly connectionId: string;
  /** The `sub` of who is connected. */
  readonly userId: string;
  /** What they show. */
  readonly data: unknown;
}

/** `snapshot_created`: a snapshot was taken, whoever asked for it. Only for subscribers of `*` whose token reaches all panels. */
export interface SnapshotCreatedEvent {
  readonly workspaceId: string;
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  /** Why it was taken: `manual`, `auto`, …; over a plain WebSocket `type` is the message's own. */
  readonly snapshotType: string;
  readonly description: string | null;
  readonly panelCount: number;
  readonly totalSizeBytes: number;
  /** A token's `sub`, or `system`. */
  readonly createdBy: string;
  /** The instant whose panels it holds: RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
}

/**
 * `workspace_restored`: the workspace holds again what a snapshot holds; each panel's own update is sent beside it. Only
 * for subscribers of `*` whose token reaches all panels.
 */
export interface WorkspaceRestoredEvent {
  readonly workspaceId: string;
  /** The snapshot whose panels are back. */
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  /** `exact` or `overlay`. */
  readonly mode: string;
  readonly restoredPanels: number;
  readonly deletedPanels: number;
  readonly unchangedPanels: number;
  /** The snapshot that was taken before: restoring it undoes the restore. */
  readonly safetySnapshotId: string;
  /** The `sub` of who asked for it. */
  readonly actor: string;
  readonly timestamp: string;
}

/**
 * `error`: what went wrong with something that nobody waits for an answer to, or with the connection: the problem that
 * HTTP would answer with. The connection ends after `token_expired`, `server_draining` and `slow_consumer`.
 */
export interface RealtimeErrorEvent {
  readonly code: string;
  readonly message: string;
  /** The panel, or `*`, that it is about. */
  readonly panelId?: string;
  readonly workspaceId?: string;
  /** What the code calls for, as in HTTP. */
  readonly [fact: string]: unknown;
}

import { Allow, IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { ChangeOrigin, maxVersion } from './common';
import { conflictPolicies } from './panels';

/** The Socket.IO namespace of the realtime gateway. */
export const realtimeNamespace = '/state';

/** The panel id that means all panels of a workspace. */
export const wholeWorkspace = '*';

/** The path of plain WebSocket connections to a workspace: `/ws/state/{workspaceId}`. */
export const webSocketPath = '/ws/state/';

/**
 * The messages of clients. Over Socket.IO, the acknowledgement callback gets a `RealtimeReply`; over a plain WebSocket, the
 * reply to a message with an `id` is an `ack` or `error` with that `id`.
 */
export const clientEvents = {
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  patch: 'patch',
  presence: 'presence',
  auth: 'auth',
  ping: 'ping',
} as const;

/** The events of the gateway. */
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

  /** The owner of the workspace, required if the caller can access several workspaces with this id; 1–255 bytes of UTF-8. */
  @IsOptional()
  @IsString()
  owner?: string;
}

/**
 * A subscription. Subscribing again restarts it. With `*`, the subscriber first gets the `state_sync` of every panel;
 * `version` counts one panel and is ignored.
 */
export class SubscribeRequest extends UnsubscribeRequest {
  /**
   * The last version that the client has: the gateway sends the updates after it. Without it, or if the panel has not
   * reached it, the gateway first sends a `state_sync`. A subscription to a deleted panel requires a version.
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

  /** The owner of the workspace, required if the caller can access several workspaces with this id; 1–255 bytes of UTF-8. */
  @IsOptional()
  @IsString()
  owner?: string;

  /** A JSON Patch (RFC 6902), with `inc` beside its six operations; at most 1,000 operations (configurable). */
  @IsArray()
  patches: object[];

  /** The base version. */
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version: number;

  /** The conflict policy of a stale change; default `merge`. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** The presence of a connection in a panel that it is subscribed to. */
export class PresenceMessage extends UnsubscribeRequest {
  /** Any JSON of at most 4 KiB: a cursor, a selection, a name. Replaces the previous data; null removes it. */
  @Allow()
  data: unknown;
}

/** Reply to a `presence`. */
export interface PresenceFacts {
  readonly workspaceId: string;
  readonly panelId: string;
  /** The id of this connection, as in `members`. */
  readonly connectionId: string;
}

/** A new token of the same user; replaces the token of the connection. */
export class AuthMessage {
  /** A JWT, with or without the prefix "Bearer". */
  @IsString()
  token: string;
}

/** Reply to an accepted patch. */
export interface PatchFacts {
  readonly version: number;
  /** Whether the change was merged with changes that its author had not seen. */
  readonly merged: boolean;
  /** The base version of the change, if it was merged. */
  readonly baseVersion?: number;
  /** The patch as applied, if it was merged. */
  readonly patch?: readonly object[];
}

/** A refusal over a live connection; the same problem as over HTTP. */
export interface RealtimeProblem {
  /** The code, for programs. */
  readonly error: string;
  /** What happened and what to do, for people. */
  readonly message: string;
  /** Further facts, depending on the code. */
  readonly [fact: string]: unknown;
}

/** Reply to any message of a client. */
export type RealtimeReply<Facts extends object = object> =
  ({ readonly ok: true } & Facts) | { readonly ok: false; readonly error: RealtimeProblem };

/** Reply to a `subscribe` or `unsubscribe`. */
export interface SubscriptionFacts {
  readonly workspaceId: string;
  readonly panelId: string;
  /** The current version of the panel; missing for a whole workspace. */
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

/** `state_sync`: the whole state; replaces the subscriber's copy. */
export interface StateSync extends PanelEvent {
  readonly state: object;
}

/** `state_update`: one change; applying the patch to the state at `version - 1` gives the state at `version`. */
export interface StateUpdate extends PanelEvent {
  /** A JSON Patch (RFC 6902). */
  readonly patch: readonly object[];
  readonly triggeredBy: string;
  readonly triggerSource: string | null;
  /** The actor: the `sub` of the token. */
  readonly actor: string;
}

/** `panel_created`: a new panel, with its first state. */
export interface PanelCreatedEvent extends PanelEvent {
  readonly state: object;
}

/** `panel_deleted`: a deleted panel. Its versions continue if it is created again. */
export type PanelDeletedEvent = PanelEvent;

/**
 * `presence`: the connections present in a panel; replaces the previous event. A connection gets no event for a change of
 * its own data alone.
 */
export interface PresentMembersEvent {
  readonly workspaceId: string;
  readonly panelId: string;
  /** All connections with presence data, over all gateways, by connection id. */
  readonly members: readonly PresentMember[];
}

/** A connection that is present in a panel. */
export interface PresentMember {
  readonly connectionId: string;
  /** The user: the `sub` of the token. */
  readonly userId: string;
  /** The presence data of the connection. */
  readonly data: unknown;
}

/** `snapshot_created`: a snapshot was taken. Only for subscribers of `*` whose token reaches all panels. */
export interface SnapshotCreatedEvent {
  readonly workspaceId: string;
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  /** The type of the snapshot: `manual`, `auto`, …; over a plain WebSocket, `type` is the type of the message. */
  readonly snapshotType: string;
  readonly description: string | null;
  readonly panelCount: number;
  readonly totalSizeBytes: number;
  /** The `sub` of a token, or `system`. */
  readonly createdBy: string;
  /** The instant of the snapshot: RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
}

/**
 * `workspace_restored`: the workspace was restored; the gateway also sends the update of each panel. Only for subscribers
 * of `*` whose token reaches all panels.
 */
export interface WorkspaceRestoredEvent {
  readonly workspaceId: string;
  /** The snapshot that was restored. */
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  /** `exact` or `overlay`. */
  readonly mode: string;
  readonly restoredPanels: number;
  readonly deletedPanels: number;
  readonly unchangedPanels: number;
  /** The snapshot taken before the restore; restoring it undoes the restore. */
  readonly safetySnapshotId: string;
  /** The `sub` of the caller's token. */
  readonly actor: string;
  readonly timestamp: string;
}

/**
 * `error`: a problem, as over HTTP, of the connection or of a message that expects no reply. The connection closes after
 * `token_expired`, `server_draining` and `slow_consumer`.
 */
export interface RealtimeErrorEvent {
  readonly code: string;
  readonly message: string;
  /** The panel concerned, or `*`. */
  readonly panelId?: string;
  readonly workspaceId?: string;
  /** Further facts, depending on the code, as over HTTP. */
  readonly [fact: string]: unknown;
}

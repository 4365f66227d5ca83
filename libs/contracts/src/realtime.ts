import { Allow, IsArray, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
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
  watch: 'watch',
  unwatch: 'unwatch',
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
  proposalOpened: 'proposal_opened',
  proposalClosed: 'proposal_closed',
  presence: 'presence',
  keyEvent: 'key_event',
  keyBookmark: 'key_bookmark',
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
 * A subscription. Subscribing again restarts it. With `*`, the subscriber first gets the `state_sync` of every panel, or, with
 * `revision`, the changes after it; `version` counts one panel and is ignored.
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

  /**
   * With `*`: the last revision that the client has, of any panel: the gateway sends the changes after it, in the order of
   * revisions. Without it, or if the workspace has not reached it, the gateway first sends the `state_sync` of every panel.
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  revision?: number;
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

/** A watch that is to end. */
export class UnwatchRequest {
  /** The pattern that it was begun with. */
  @IsString()
  pattern: string;
}

/** A watch of keys of the caller. A pattern that is watched already begins anew. */
export class WatchRequest {
  /** A key, `<path>/*` for all keys below a path at any depth, or `*` for all keys. */
  @IsString()
  pattern: string;

  /** A revision, whose own changes are left out, or the `cursor` of an event. Without it, the watch begins now. */
  @IsOptional()
  @Allow()
  @JSONSchema({ oneOf: [{ type: 'integer', minimum: 0 }, { type: 'string' }] })
  since?: number | string;
}

/** Reply to a `watch`. */
export interface WatchFacts {
  readonly pattern: string;
  /** The watch has every change after this revision. */
  readonly revision: number;
}

/** `key_event`: one change of a key that a watch matches. */
export interface KeyEvent {
  /** The pattern of the watch. */
  readonly pattern: string;
  readonly key: string;
  /** Over a plain WebSocket, `type` is the type of the message. */
  readonly changeType: 'created' | 'updated' | 'deleted';
  readonly version: number;
  readonly revision: number;
  /** Resumes the watch after this event, as `since`. */
  readonly cursor: string;
  /** What the key holds now; missing after a deletion, and where it is sensitive. */
  readonly value?: unknown;
  /** `base64` where the value is bytes. */
  readonly encoding?: 'base64';
  readonly sensitive?: true;
  /** The key was deleted because its time to live had passed. */
  readonly expired?: true;
  /** When it happened: RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
}

/** `key_bookmark`: all changes up to a revision were sent, or do not match. */
export type KeyBookmark = WatchFacts;

/** A new token of the same user; replaces the token of the connection. */
export class AuthMessage {
  /** A JWT, with or without the prefix "Bearer". */
  @IsString()
  token: string;
}

/** Reply to a patch that became a proposal, because an approval rule holds it back. */
export interface ProposedFacts {
  readonly proposalId: string;
}

/** Reply to an accepted patch. */
export interface PatchFacts {
  readonly version: number;
  /** The revision of the workspace that the change made. */
  readonly revision: number;
  /** Whether the change was merged with changes that its author had not seen. */
  readonly merged: boolean;
  /** The base version of the change, if it was merged. */
  readonly baseVersion?: number;
  /** The patch as applied, if it was merged. */
  readonly patch?: readonly object[];
  /** In a turn that yields: the conflicts whose operations were dropped. */
  readonly dropped?: readonly object[];
  /** In a turn that proposes: the proposal that holds what collides. */
  readonly proposalId?: string;
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
  /** The revision that a whole workspace begins at: everything up to it has been seen, or comes first; missing for one panel. */
  readonly revision?: number;
}

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
  /** The revision of the workspace that the change made. */
  readonly revision: number;
  /** A JSON Patch (RFC 6902). */
  readonly patch: readonly object[];
  readonly triggeredBy: string;
  readonly triggerSource: string | null;
  /** The actor: the `sub` of the token. */
  readonly actor: string;
}

/** `panel_created`: a new panel, with its first state. */
export interface PanelCreatedEvent extends PanelEvent {
  /** The revision of the workspace that the change made. */
  readonly revision: number;
  readonly state: object;
}

/** `panel_deleted`: a deleted panel. Its versions continue if it is created again. */
export interface PanelDeletedEvent extends PanelEvent {
  /** The revision of the workspace that the change made. */
  readonly revision: number;
}

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
 * `proposal_opened`, `proposal_closed`: a change waits for approval, or does no longer. Only for subscribers of `*` whose token reaches
 * all panels.
 */
export interface ProposalEvent {
  readonly workspaceId: string;
  readonly proposalId: string;
  /** `open`, `approved`, `rejected` or `withdrawn`. */
  readonly state: string;
  readonly title: string;
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
  /** The pattern of the watch concerned. */
  readonly pattern?: string;
  readonly workspaceId?: string;
  /** Further facts, depending on the code, as over HTTP. */
  readonly [fact: string]: unknown;
}

/** A change of a panel, without what it changed: `panel(…).open()` has that. */
export interface PanelChanged {
  readonly kind: 'change';
  readonly panelId: string;
  readonly version: number;
  readonly changeType: 'created' | 'updated' | 'deleted';
  /** The revision that it made; undefined where it stands for several changes that a client was too slow for. */
  readonly revision?: number;
  /** The `sub` of who made it, of an update. */
  readonly actor?: string;
  readonly triggeredBy?: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/** A proposal was opened or closed. */
export interface ProposalChanged {
  readonly kind: 'proposal';
  readonly proposalId: string;
  /** `open`, or what became of it. */
  readonly state: string;
  readonly title: string;
  readonly timestamp: string;
}

/** A snapshot was taken. */
export interface SnapshotTaken {
  readonly kind: 'snapshot';
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  readonly snapshotType: string;
  readonly description: string | null;
  readonly panelCount: number;
  readonly totalSizeBytes: number;
  readonly createdBy: string;
  readonly timestamp: string;
}

/** The workspace was restored; the change of each panel is told, too. */
export interface WorkspaceRestored {
  readonly kind: 'restore';
  readonly snapshotId: string;
  readonly gitCommitHash: string;
  readonly mode: string;
  readonly restoredPanels: number;
  readonly deletedPanels: number;
  readonly unchangedPanels: number;
  readonly safetySnapshotId: string;
  readonly actor: string;
  readonly timestamp: string;
}

/** The workspace is followed from now on, for the first time or again: proposals and snapshots before it were not told. */
export interface WorkspaceFollowed {
  readonly kind: 'following';
  readonly revision: number;
}

/** Something that happens in a workspace. */
export type WorkspaceEvent =
  PanelChanged | ProposalChanged | SnapshotTaken | WorkspaceRestored | WorkspaceFollowed;

/** What the gateway sends to who follows a whole workspace, as far as it is read here. */
export interface WorkspacePayload extends Omit<PanelChanged, 'kind' | 'changeType'> {
  readonly workspaceId?: string;
}

const changeTypes = {
  panel_created: 'created',
  state_update: 'updated',
  state_sync: 'updated',
  panel_deleted: 'deleted',
} as const;

const wholeKinds = {
  proposal_opened: 'proposal',
  proposal_closed: 'proposal',
  snapshot_created: 'snapshot',
  workspace_restored: 'restore',
} as const;

/** What an event of the gateway says of a workspace; undefined where it is about something else. */
export function workspaceEventOf(name: string, payload: WorkspacePayload): WorkspaceEvent | undefined {
  if (name in changeTypes) {
    const { panelId, version, revision, actor, triggeredBy, timestamp } = payload;
    const origin = { ...(actor ? { actor } : {}), ...(triggeredBy ? { triggeredBy } : {}) };
    const changeType = changeTypes[name as keyof typeof changeTypes];
    const made = revision === undefined ? {} : { revision };
    return { kind: 'change', panelId, version, changeType, timestamp, ...made, ...origin };
  }
  if (!(name in wholeKinds)) return undefined;
  const { workspaceId: _, ...facts } = payload;
  return { ...facts, kind: wholeKinds[name as keyof typeof wholeKinds] } as unknown as WorkspaceEvent;
}

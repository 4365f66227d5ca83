import {
  type PanelCreatedEvent,
  type PanelDeletedEvent,
  type PanelEvent,
  type PresentMembersEvent,
  type ProposalEvent,
  type SnapshotCreatedEvent,
  type StateSync,
  type StateUpdate,
  type WorkspaceRestoredEvent,
  serverEvents,
} from '@nexus-state/contracts';
import { JsonText } from '@nexus-state/documents';
import {
  type Change,
  type LiveEvent,
  type Panel,
  type PanelKey,
  type WorkspaceEvent,
  bringsIntoBeing,
  createdText,
  isLarge,
} from '@nexus-state/state-core';

/** An event as it goes over the wire. */
export interface WireEvent {
  readonly name: string;
  readonly payload:
    PanelEvent | PresentMembersEvent | SnapshotCreatedEvent | WorkspaceRestoredEvent | ProposalEvent;
}

/** An event as it is sent to subscribers, on every transport. */
export function wireEvent(event: LiveEvent): WireEvent {
  switch (event.kind) {
    case 'change':
      return changeEvent(event.change);
    case 'workspace':
      return workspaceEvent(event.event);
    case 'presence': {
      const payload: PresentMembersEvent = { ...placeOf(event.key), members: event.members };
      return { name: serverEvents.presence, payload };
    }
    case 'sync': {
      const { key, version, updatedAt } = event.panel;
      const payload: StateSync = {
        ...placeOf(key),
        state: stateOf(event.panel),
        version,
        timestamp: updatedAt,
      };
      return { name: serverEvents.stateSync, payload };
    }
  }
}

function changeEvent(change: Change): WireEvent {
  const { key, version, revision, triggeredBy, triggerSource, actor, occurredAt: timestamp } = change;
  const place = { ...placeOf(key), version, revision, timestamp };
  // A restore makes deleted panels again.
  switch (bringsIntoBeing(change) ? 'created' : change.changeType) {
    case 'created': {
      const payload: PanelCreatedEvent = { ...place, state: createdState(change) };
      return { name: serverEvents.panelCreated, payload };
    }
    case 'deleted': {
      const payload: PanelDeletedEvent = place;
      return { name: serverEvents.panelDeleted, payload };
    }
    case 'updated':
    case 'reverted': {
      const patch = patchOf(change);
      const payload: StateUpdate = { ...place, patch, triggeredBy, triggerSource, actor };
      return { name: serverEvents.stateUpdate, payload };
    }
  }
}

function workspaceEvent(event: WorkspaceEvent): WireEvent {
  switch (event.kind) {
    case 'snapshot_created': {
      const {
        workspace,
        createdAt: timestamp,
        gitBranch: _,
        type: snapshotType,
        ...snapshot
      } = event.snapshot;
      const { workspaceId } = workspace;
      const payload = { workspaceId, ...snapshot, snapshotType, timestamp };
      return { name: serverEvents.snapshotCreated, payload };
    }
    case 'workspace_restored': {
      const { workspace, restoredAt: timestamp, ...restore } = event.restore;
      const { workspaceId } = workspace;
      return { name: serverEvents.workspaceRestored, payload: { workspaceId, ...restore, timestamp } };
    }
    case 'proposal_opened':
    case 'proposal_closed': {
      const { workspace, at: timestamp, ...proposal } = event.proposal;
      const name =
        event.kind === 'proposal_opened' ? serverEvents.proposalOpened : serverEvents.proposalClosed;
      return { name, payload: { workspaceId: workspace.workspaceId, ...proposal, timestamp } };
    }
  }
}

/** The state that a creation adds at the root; as text, where it is large (`textAround`). */
function createdState(change: Change): object {
  if (change.largePatch) return new JsonText(createdText(change.largePatch) ?? '{}');
  const [whole] = change.patch;
  return whole?.op === 'add' && typeof whole.value === 'object' && whole.value !== null ? whole.value : {};
}

/** A state as it is sent; as text, where it is large. */
function stateOf(panel: Panel): object {
  return isLarge(panel.stateSizeBytes) ? new JsonText(panel.stateText) : panel.state;
}

/** A patch as it is sent; as text, where it is large. */
export function patchOf(change: Pick<Change, 'patch' | 'largePatch'>): StateUpdate['patch'] {
  if (!change.largePatch) return change.patch;
  return new JsonText(change.largePatch.text) as unknown as StateUpdate['patch'];
}

function placeOf({ workspaceId, panelId }: PanelKey): { workspaceId: string; panelId: string } {
  return { workspaceId, panelId };
}

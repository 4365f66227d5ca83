import {
  type PanelEvent,
  type PresentMembersEvent,
  type SnapshotCreatedEvent,
  type StateSync,
  type StateUpdate,
  type WorkspaceRestoredEvent,
  serverEvents,
} from '@nexus-state/contracts';
import {
  type Change,
  type LiveEvent,
  type PanelKey,
  type WorkspaceEvent,
  bringsIntoBeing,
} from '@nexus-state/state-core';

/** An event as it goes over the wire. */
export interface WireEvent {
  readonly name: string;
  readonly payload: PanelEvent | PresentMembersEvent | SnapshotCreatedEvent | WorkspaceRestoredEvent;
}

/** How subscribers are told of an event, through every door. */
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
      const { key, state, version, updatedAt } = event.panel;
      const payload: StateSync = { ...placeOf(key), state, version, timestamp: updatedAt };
      return { name: serverEvents.stateSync, payload };
    }
  }
}

function changeEvent(change: Change): WireEvent {
  const { key, patch, version, triggeredBy, triggerSource, actor, occurredAt: timestamp } = change;
  const place = placeOf(key);
  // A restore makes deleted panels again.
  switch (bringsIntoBeing(change) ? 'created' : change.changeType) {
    case 'created':
      return {
        name: serverEvents.panelCreated,
        payload: { ...place, state: createdState(change), version, timestamp } as StateSync,
      };
    case 'deleted':
      return { name: serverEvents.panelDeleted, payload: { ...place, version, timestamp } };
    case 'updated':
    case 'reverted': {
      const payload: StateUpdate = { ...place, patch, version, triggeredBy, triggerSource, actor, timestamp };
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
  }
}

/** The state that a creation adds at the root. */
function createdState({ patch }: Change): object {
  const [whole] = patch;
  return whole?.op === 'add' && typeof whole.value === 'object' && whole.value !== null ? whole.value : {};
}

function placeOf({ workspaceId, panelId }: PanelKey): { workspaceId: string; panelId: string } {
  return { workspaceId, panelId };
}

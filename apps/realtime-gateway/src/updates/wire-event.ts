import { type PanelEvent, type StateSync, type StateUpdate, serverEvents } from '@nexus-state/contracts';
import type { Change, FeedEvent, PanelKey } from '@nexus-state/state-core';

/** An event as it goes over the wire. */
export interface WireEvent {
  readonly name: string;
  readonly payload: PanelEvent;
}

/** How subscribers are told of an event, through every door. */
export function wireEvent(event: FeedEvent): WireEvent {
  if (event.kind === 'change') return changeEvent(event.change);
  const { key, state, version, updatedAt } = event.panel;
  const payload: StateSync = { ...placeOf(key), state, version, timestamp: updatedAt };
  return { name: serverEvents.stateSync, payload };
}

function changeEvent(change: Change): WireEvent {
  const { key, patch, version, triggeredBy, triggerSource, actor, occurredAt: timestamp } = change;
  const place = placeOf(key);
  switch (change.changeType) {
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

/** The state that a creation adds at the root. */
function createdState({ patch }: Change): object {
  const [whole] = patch;
  return whole?.op === 'add' && typeof whole.value === 'object' && whole.value !== null ? whole.value : {};
}

function placeOf({ workspaceId, panelId }: PanelKey): { workspaceId: string; panelId: string } {
  return { workspaceId, panelId };
}

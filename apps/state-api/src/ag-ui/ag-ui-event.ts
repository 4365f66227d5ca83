import { EventType } from '@ag-ui/core';
import { JsonText } from '@nexus-state/documents';
import { type Change, type FollowedEvent, bringsIntoBeing, patchTextOf } from '@nexus-state/state-core';

/** An event of AG-UI, and the version of the panel that it leads to. */
export interface AgUiEvent {
  readonly version: number;
  readonly data: { readonly type: EventType; readonly [field: string]: unknown };
}

/** What happens to a panel, as events of AG-UI. A deleted panel is an empty state; one that is made again begins anew. */
export function* agUiEvents(event: FollowedEvent): Generator<AgUiEvent> {
  if (event.kind === 'state') {
    const { version, stateText } = event.panel;
    yield { version, data: { type: EventType.STATE_SNAPSHOT, snapshot: new JsonText(stateText) } };
    return;
  }
  for (const change of event.changes) yield { version: change.version, data: dataOf(change) };
}

function dataOf(change: Change): AgUiEvent['data'] {
  if (change.changeType === 'deleted') return { type: EventType.STATE_SNAPSHOT, snapshot: {} };
  const delta = patchTextOf(change);
  if (!bringsIntoBeing(change)) return { type: EventType.STATE_DELTA, delta: new JsonText(delta) };
  // The patch of a creation adds the whole state at the root.
  const [creation] = JSON.parse(delta) as [{ readonly value: object }];
  return { type: EventType.STATE_SNAPSHOT, snapshot: creation.value };
}

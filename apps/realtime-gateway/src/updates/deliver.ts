import { SpanKind, inSpan } from '@nexus-state/nest-kit';
import type { LiveEvent, Subscriber } from '@nexus-state/state-core';
import { type WireEvent, wireEvent } from './wire-event';

/**
 * Hands an event on to subscribers of one door. A change that is heard of in a trace is told of there: one span for all who get
 * it, with their number.
 * @param send sends what the event is on the wire to all of them, at once
 */
export function deliver(
  door: 'socket.io' | 'websocket',
  event: LiveEvent,
  to: ReadonlySet<Subscriber>,
  send: (wire: WireEvent) => void,
): void {
  const wire = wireEvent(event);
  if (event.kind !== 'change') return send(wire);
  const { key, version } = event.change;
  const facts = {
    'nexus.door': door,
    'nexus.receivers': to.size,
    'nexus.workspace.id': key.workspaceId,
    'nexus.panel.id': key.panelId,
    'nexus.version': version,
  };
  inSpan({ name: `${wire.name} deliver`, kind: SpanKind.CONSUMER, attributes: facts }, () => send(wire));
}

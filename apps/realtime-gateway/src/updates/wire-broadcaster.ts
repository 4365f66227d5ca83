import { SpanKind, inSpan } from '@nexus-state/nest-kit';
import type { Broadcaster, LiveEvent, Subscriber } from '@nexus-state/state-core';
import { type WireEvent, wireEvent } from './wire-event';

/** Sends events through one transport. A change that arrived in a trace is sent in it: one span for all its subscribers. */
export abstract class WireBroadcaster implements Broadcaster {
  /** @param transport names it in traces */
  constructor(private readonly transport: 'socket.io' | 'websocket') {}

  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    const wire = wireEvent(event);
    if (event.kind !== 'change') return this.emit(wire, to);
    const { key, version } = event.change;
    const attributes = {
      'nexus.door': this.transport,
      'nexus.receivers': to.size,
      'nexus.workspace.id': key.workspaceId,
      'nexus.panel.id': key.panelId,
      'nexus.version': version,
    };
    inSpan({ name: `${wire.name} deliver`, kind: SpanKind.CONSUMER, attributes }, () => this.emit(wire, to));
  }

  /** Serializes an event once, and sends it to all of these subscribers. */
  protected abstract emit(wire: WireEvent, to: ReadonlySet<Subscriber>): void;
}

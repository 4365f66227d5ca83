import type { Subscriber } from '@nexus-state/state-core';
import type { Namespace } from 'socket.io';
import { WireBroadcaster } from '../updates/wire-broadcaster';
import type { WireEvent } from '../updates/wire-event';

/** Sends events to the connections of a namespace; Socket.IO serializes each once, however many they are for. */
export class RoomBroadcaster extends WireBroadcaster {
  constructor(private readonly namespace: Namespace) {
    super('socket.io');
  }

  protected emit({ name, payload }: WireEvent, to: ReadonlySet<Subscriber>): void {
    // Without a room, Socket.IO sends to every connection.
    if (to.size === 0) return;
    this.namespace.to(Array.from(to, ({ id }) => id)).emit(name, payload);
  }
}

import type { LiveEvent, Outlet, Subscriber } from '@nexus-state/state-core';
import type { Namespace } from 'socket.io';
import { deliver } from '../updates/deliver';

/** Sends events to the connections of a namespace; Socket.IO makes each into text once, however many they are for. */
export class RoomOutlet implements Outlet {
  constructor(private readonly namespace: Namespace) {}

  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    // To no rooms at all would be to everybody.
    if (to.size === 0) return;
    deliver('socket.io', event, to, ({ name, payload }) => {
      this.namespace.to(Array.from(to, ({ id }) => id)).emit(name, payload);
    });
  }
}

import type { LiveEvent, Outlet, Subscriber } from '@nexus-state/state-core';
import type { WebSocket } from 'ws';
import { deliver } from '../updates/deliver';

/** Sends events to plain WebSocket connections; each is made into text once, however many they are for. */
export class WebSocketOutlet implements Outlet {
  readonly #sockets = new Map<string, WebSocket>();

  add(id: string, socket: WebSocket): void {
    this.#sockets.set(id, socket);
  }

  remove(id: string): void {
    this.#sockets.delete(id);
  }

  send(event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    deliver('websocket', event, to, ({ name, payload }) => {
      const frame = Buffer.from(frameText(name, payload));
      for (const { id } of to) this.#sockets.get(id)?.send(frame, { binary: false });
    });
  }
}

/** A message as it goes over a plain WebSocket. */
export function frameText(type: string, payload: object): string {
  return JSON.stringify({ ...payload, type });
}

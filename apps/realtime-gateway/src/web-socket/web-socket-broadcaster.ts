import { holdsText, textAround } from '@nexus-state/documents';
import type { Subscriber } from '@nexus-state/state-core';
import type { WebSocket } from 'ws';
import { WireBroadcaster } from '../updates/wire-broadcaster';
import type { WireEvent } from '../updates/wire-event';

/** Sends events to plain WebSocket connections; each is serialized once, however many they are for. */
export class WebSocketBroadcaster extends WireBroadcaster {
  readonly #sockets = new Map<string, WebSocket>();

  constructor() {
    super('websocket');
  }

  add(id: string, socket: WebSocket): void {
    this.#sockets.set(id, socket);
  }

  remove(id: string): void {
    this.#sockets.delete(id);
  }

  protected emit({ name, payload }: WireEvent, to: ReadonlySet<Subscriber>): void {
    const frame = Buffer.from(frameText(name, payload));
    for (const { id } of to) this.#sockets.get(id)?.send(frame, { binary: false });
  }
}

/** A problem holds the values of conflicts so deep. */
const envelopeDepth = 6;

/** A message as it goes over a plain WebSocket. */
export function frameText(type: string, payload: object): string {
  const frame = { ...payload, type };
  return holdsText(frame, envelopeDepth) ? textAround(frame, envelopeDepth) : JSON.stringify(frame);
}

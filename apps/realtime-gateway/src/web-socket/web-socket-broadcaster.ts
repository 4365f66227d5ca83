import type { Duplex } from 'node:stream';
import { holdsText, textAround } from '@nexus-state/documents';
import type { Subscriber } from '@nexus-state/state-core';
import type { WebSocket } from 'ws';
import { WireBroadcaster } from '../updates/wire-broadcaster';
import type { WireEvent } from '../updates/wire-event';

/**
 * More than this is not held back. What waits in the memory of the process counts as the client's backlog, so it is less than the least limit of
 * those that can be set.
 */
const corkedBytes = 8 * 1024;

/** A connection, and the socket below it. */
interface Line {
  readonly webSocket: WebSocket;
  readonly socket: Duplex;
}

/**
 * Sends events to plain WebSocket connections; each is serialized once, however many they are for. What goes to a connection in one turn of
 * the event loop, goes to the system at once: events that were published together arrive together.
 */
export class WebSocketBroadcaster extends WireBroadcaster {
  readonly #lines = new Map<string, Line>();
  /** The sockets that hold back what they are given in this turn. */
  #corked = new Set<Duplex>();

  constructor() {
    super('websocket');
  }

  /** @param socket the one below the connection */
  add(id: string, webSocket: WebSocket, socket: Duplex): void {
    this.#lines.set(id, { webSocket, socket });
  }

  remove(id: string): void {
    this.#lines.delete(id);
  }

  protected emit({ name, payload }: WireEvent, to: ReadonlySet<Subscriber>): void {
    const frame = Buffer.from(frameText(name, payload));
    for (const { id } of to) {
      const line = this.#lines.get(id);
      if (!line) continue;
      this.#cork(line.socket);
      line.webSocket.send(frame, { binary: false });
      if (line.socket.writableLength > corkedBytes) this.#release(line.socket);
    }
  }

  #cork(socket: Duplex): void {
    if (this.#corked.has(socket)) return;
    if (this.#corked.size === 0) process.nextTick(() => this.#uncork());
    this.#corked.add(socket);
    socket.cork();
  }

  #release(socket: Duplex): void {
    this.#corked.delete(socket);
    socket.uncork();
  }

  #uncork(): void {
    const corked = this.#corked;
    this.#corked = new Set();
    for (const socket of corked) socket.uncork();
  }
}

/** A problem holds the values of conflicts so deep. */
const envelopeDepth = 6;

/** A message as it goes over a plain WebSocket. */
export function frameText(type: string, payload: object): string {
  const frame = { ...payload, type };
  return holdsText(frame, envelopeDepth) ? textAround(frame, envelopeDepth) : JSON.stringify(frame);
}

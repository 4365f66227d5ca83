import type { Socket as Transport } from 'engine.io';
import type { WebSocket } from 'ws';
import type { Outflow } from '../connections/backlog';
import { unsentBytes } from '../connections/unsent';

/** A message that Engine.IO keeps until its transport can take it. */
interface Packet {
  readonly data?: string | Buffer;
}

/**
 * What waits in an Engine.IO connection: packets until the transport can take them, then bytes in the WebSocket. A
 * long-polling client takes all of it with its next request.
 */
export function outflowOf(conn: Transport): Outflow {
  let queued = 0;
  let flushes = 0;
  conn.on('packetCreate', ({ data }: Packet) => (queued += data?.length ?? 0));
  conn.on('flush', () => {
    queued = 0;
    flushes++;
  });
  return {
    waiting: () => queued + (webSocketOf(conn)?.bufferedAmount ?? 0),
    taken: () => {
      const socket = webSocketOf(conn);
      return `${flushes} ${socket ? unsentBytes(socket) : 0}`;
    },
  };
}

/**
 * Cuts a connection that was closed, should it still be there after a while: left to itself, it waits for a client that
 * takes nothing, or never answers.
 */
export function cutOffLater(conn: Transport, afterMs: number): void {
  // After the close, the transport no longer gives out its socket.
  const socket = webSocketOf(conn);
  setTimeout(() => {
    socket?.terminate();
    if (conn.readyState !== 'closed') conn.close(true);
  }, afterMs).unref();
}

function webSocketOf(conn: Transport): WebSocket | undefined {
  return (conn.transport as unknown as { readonly socket?: WebSocket }).socket;
}

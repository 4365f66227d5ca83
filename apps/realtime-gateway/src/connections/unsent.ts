import type { WebSocket } from 'ws';

/** What is known of a socket of Node.js beside its types. */
interface Inner {
  readonly _socket?: {
    readonly writableLength: number;
    readonly _handle?: { readonly writeQueueSize?: number };
  };
}

/**
 * The bytes of a WebSocket that the system has yet to take from the process. Unlike `bufferedAmount`, which stays the same
 * until a whole batch of writes is through, this shrinks with every byte: it separates a client that reads slowly from one that
 * does not read. Node.js's own idle timeout of sockets looks at the same number.
 */
export function unsentBytes(socket: WebSocket): number {
  const inner = (socket as unknown as Inner)._socket;
  return inner?._handle?.writeQueueSize ?? inner?.writableLength ?? 0;
}

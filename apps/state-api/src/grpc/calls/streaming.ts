import type { ServerWritableStream } from '@grpc/grpc-js';
import { TransportError } from '@nexus-state/nest-kit';

/** Sends a message, and waits until the client can take another one. */
export type Send<T> = (message: T) => Promise<void>;

/** What a handler of a stream returns: it sends messages until it ends, or the signal is aborted. */
export type Streaming<T> = (send: Send<T>, signal: AbortSignal) => Promise<void>;

/** A client that reads its stream too slowly. */
export class SlowWatcher extends TransportError {
  readonly code = 'slow_consumer';
  constructor() {
    super('The client reads too slowly. Watch again, from the last message.');
  }
}

/** The service ends; a watch can go on at another replica. */
export class ServerStopping extends TransportError {
  readonly code = 'server_draining';
  constructor() {
    super('This replica is stopping. Watch again, from the last message, at another one.', {
      retryAfterSeconds: 1,
    });
  }
}

/**
 * Waits until a stream takes more, or a signal is aborted. Nothing is read for a client that is behind: what was read would have to be
 * kept for it.
 * @throws SlowWatcher after a time
 */
export async function writable(
  raw: Pick<ServerWritableStream<object, object>, 'writableNeedDrain' | 'once' | 'off'>,
  signal: AbortSignal,
  patienceMs: number,
): Promise<void> {
  if (!raw.writableNeedDrain || signal.aborted) return;
  let timer: NodeJS.Timeout | undefined;
  let go: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      go = resolve;
      raw.once('drain', go);
      signal.addEventListener('abort', go);
      timer = setTimeout(() => reject(new SlowWatcher()), patienceMs);
    });
  } finally {
    clearTimeout(timer);
    raw.off('drain', go);
    signal.removeEventListener('abort', go);
  }
}

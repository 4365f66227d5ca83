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

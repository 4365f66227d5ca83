import { TransportError } from '@nexus-state/nest-kit';

/** A message that cannot be read, or is none that the gateway knows. */
export class BadMessage extends TransportError {
  readonly code = 'bad_message';
  /** @param reason what is wrong, without quoting the message */
  constructor(reason: string) {
    super(`The message cannot be read: ${reason}`);
  }
}

/** The token of a connection has ended, and no fresh one came. */
export class TokenExpired extends TransportError {
  readonly code = 'token_expired';
  constructor() {
    super(
      'The token has expired. Connect again with a fresh one; sent with "auth" in time, it keeps the connection.',
    );
  }
}

/** A connection that sends more than it may. */
export class TooManyMessages extends TransportError {
  readonly code = 'rate_limited';
  constructor(messagesPerSecond: number, retryAfterSeconds: number) {
    super(`A connection may send ${messagesPerSecond} messages a second. Wait before sending more.`, {
      retryAfterSeconds,
    });
  }
}

/** A connection that follows as much as it may. */
export class TooManySubscriptions extends TransportError {
  readonly code = 'too_many_subscriptions';
  constructor(most: number) {
    super(`A connection may have ${most} subscriptions. End some, or follow the whole workspace with "*".`, {
      most,
    });
  }
}

/** A client that takes nothing of what is sent to it, or so little that too much of it waits. */
export class SlowConsumer extends TransportError {
  readonly code = 'slow_consumer';
  /** @param waitingBytes what waits for the client */
  constructor(waitingBytes: number) {
    super(
      `The client takes too little of what is sent: ${waitingBytes} bytes wait. Connect again, and subscribe with the versions you saw last.`,
      { waitingBytes },
    );
  }
}

/** A gateway that is stopping. */
export class ServerDraining extends TransportError {
  readonly code = 'server_draining';
  constructor() {
    super('This gateway is stopping. Connect again, and subscribe with the versions you saw last.', {
      retryAfterSeconds: 1,
    });
  }
}

import type { TokenVerifier } from '@nexus-state/nest-kit';
import type { AuditLog, StateCore } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { BacklogLimits, BacklogWatch } from './backlog';
import type { SubscriptionPorts } from './subscriptions';
import type { WatchPorts } from './watches';

/** What connections are made from. */
export interface ConnectionPorts extends SubscriptionPorts, WatchPorts {
  readonly verifier: TokenVerifier;
  readonly core: StateCore;
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly limits: ConnectionLimits;
  readonly backlogs: BacklogWatch;
  readonly observer: ConnectionObserver;
}

/** How much one connection may ask for. */
export interface ConnectionLimits {
  readonly messagesPerSecond: number;
  readonly subscriptions: number;
  readonly backlog: BacklogLimits;
}

/** Observes what connections do, to count it. Must be quick and must not throw. */
export interface ConnectionObserver {
  /** A message was handled. @param error why it was refused, where it was */
  messageHandled(error?: unknown): void;

  /** A connection was ended because its client read too little. */
  slowConsumerDropped(): void;
}

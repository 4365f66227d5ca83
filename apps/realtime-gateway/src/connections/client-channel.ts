import type { AuditDoor, Broadcaster } from '@nexus-state/state-core';
import type { StateError } from '@nexus-state/documents';
import type { Outflow } from './backlog';

/** How a connection reaches its client, through its transport. */
export interface ClientChannel extends Outflow {
  /** Names the connection; no other one anywhere has the same id. */
  readonly id: string;

  /** The door that the client came through, as the audit log names it. */
  readonly door: AuditDoor;

  /** Sends to all connections of the transport. */
  readonly broadcaster: Broadcaster;

  /** Sends to this client alone. */
  send(event: string, payload: object): void;

  /** Ends the connection, once what was sent is written. @param reason why, as the client was notified */
  end(reason: StateError): void;
}

/** A message as it was read. */
export interface Message {
  /** The event's name, or the message's `type`. */
  readonly name: string;
  readonly payload: unknown;
}

/** Replies to a message; called at most once, before anything that comes after it. */
export type Reply = (facts: object) => void;

import { applyDecorators } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { RouteMark } from '@nexus-state/nest-kit';
import type { Access, AuditAction, Scope } from '@nexus-state/state-core';
import { serviceName } from '../server/definition';

/** What a method needs, and what it takes beside its message. */
export interface CallNeeds {
  readonly scope: Scope;
  /** What it does to the workspace that its message names; absent where it names none. */
  readonly access?: Access;
  /** Whether the workspace has to exist, because the method works on it without creating it. */
  readonly existing?: boolean;
  /** The field of its message that holds a key. */
  readonly key?: 'key';
  /** What the audit log says that it does; by default, what its scope says. */
  readonly action?: AuditAction;
  /** The metadata that it takes beside those of every call. */
  readonly metadata?: readonly CallMetadata[];
}

/** Metadata that only some methods take. */
export type CallMetadata = 'if-match' | 'if-none-match' | 'nexus-lock' | 'nexus-turn' | 'idempotency-key';

/** The metadata of writes of panels. */
export const panelWrite: readonly CallMetadata[] = [
  'if-match',
  'if-none-match',
  'nexus-lock',
  'nexus-turn',
  'idempotency-key',
];

/** The metadata of writes of keys. */
export const keyWrite: readonly CallMetadata[] = [
  'if-match',
  'if-none-match',
  'nexus-lock',
  'idempotency-key',
];

/** The marks of methods. */
export const needsMark = new RouteMark<CallNeeds>('nexus:grpc');

/** Declares a method of the service, and what it needs. */
export function Rpc(method: string, needs: CallNeeds): MethodDecorator {
  return applyDecorators(GrpcMethod(serviceName, method), needsMark.set(needs));
}

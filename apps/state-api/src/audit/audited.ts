import { RouteMark } from '@nexus-state/nest-kit';
import type { AuditAction, AuditDoor } from '@nexus-state/state-core';

/** What the audit log says of a route. */
interface AuditMark {
  readonly action: AuditAction;
  readonly door: AuditDoor;
}

export const auditMark = new RouteMark<AuditMark | 'no state'>('nexus:audit');

/**
 * Says what a route does, and through which door, for the audit log. Without it, a route that needs `state:read` reads, and one that needs
 * `state:write` writes, over HTTP.
 */
export function Audited(action: AuditAction, door: AuditDoor = 'http'): MethodDecorator & ClassDecorator {
  return auditMark.set({ action, door });
}

/** Leaves a route out of the audit log: it neither reads nor writes state. */
export const HasNoState = (): MethodDecorator & ClassDecorator => auditMark.set('no state');

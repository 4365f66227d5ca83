import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { scopeOf } from '@nexus-state/nest-kit';
import { AuditLog } from '@nexus-state/state-core';
import type { FastifyRequest } from 'fastify';
import { auditMark } from './audited';
import { RequestAudit } from './request-audit';

/**
 * Puts requests on the audit log, from the moment on that it is known who calls. Runs after `JwtGuard`, and before those who may refuse:
 * what they refuse is on the log, too.
 */
@Injectable()
export class AuditGuard implements CanActivate {
  constructor(
    private readonly log: AuditLog,
    private readonly reflector: Reflector,
  ) {}

  /** @throws AuditUnavailable for a write that could not be put down */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = scopeOf(context, this.reflector);
    const mark = auditMark.of(context, this.reflector);
    if (scope === undefined || mark === 'no state') return true;
    const { action, door } = mark ?? { action: scope === 'state:write' ? 'write' : 'read', door: 'http' };
    const { log } = this;
    if (!log.takes(action)) return true;
    new RequestAudit(log, context.switchToHttp().getRequest<FastifyRequest>(), action, door);
    if (action === 'write') await log.requireWritable();
    return true;
  }
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { passAllowed, requestKind } from '@nexus-state/nest-kit';
import { type OpenWorkspace, RateLimits } from '@nexus-state/state-core';

/**
 * Counts each request in the workspace that its caller was let into; to be asked after `WorkspaceGuard`, so that strangers
 * use up nothing of it.
 */
@Injectable()
export class WorkspaceRateGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    private readonly reflector: Reflector,
  ) {}

  /** @throws RateLimited when the workspace has had as many as it may */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { workspace } = context.switchToHttp().getRequest<{ readonly workspace?: OpenWorkspace }>();
    const kind = workspace && requestKind(context, this.reflector);
    if (!kind) return true;
    return passAllowed(context, this.limits.ofWorkspace(workspace, kind));
  }
}

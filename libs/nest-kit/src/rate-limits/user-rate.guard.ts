import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RateLimits } from '@nexus-state/state-core';
import type { Principal } from '../identity/principal';
import { passAllowed, requestKind } from './count-request';

/** Counts each request of somebody who has proved who they are; to be asked after `JwtGuard`. */
@Injectable()
export class UserRateGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    private readonly reflector: Reflector,
  ) {}

  /** @throws RateLimited when the user has had as many as they may */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const kind = requestKind(context, this.reflector);
    if (kind === undefined) return true;
    const { principal } = context.switchToHttp().getRequest<{ readonly principal: Principal }>();
    return passAllowed(context, this.limits.ofUser(principal.subject, kind));
  }
}

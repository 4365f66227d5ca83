import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { bearerToken } from './bearer';
import { type Principal, type Scope, requireScope } from './principal';
import { TokenVerifier } from './token-verifier';

interface IdentifiedRequest {
  readonly headers: { readonly authorization?: string };
  principal?: Principal;
}

const scopeKey = 'nexus:scope';
const publicKey = 'nexus:public';

/** The scope a token needs for a route. A route without one needs `state:admin`, so that none is open by mistake. */
export const RequireScope = (scope: Scope) => SetMetadata(scopeKey, scope);

/** Opens a route, or a whole controller, to callers without a token. */
export const Public = () => SetMetadata(publicKey, true);

/** The caller of a route, as its token says: `@Caller() caller: Principal`. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<IdentifiedRequest>().principal,
);

/** Lets a request pass when its token is good and carries the scope of the route. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Unauthorized without a good token; Forbidden without the scope */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(publicKey, targets)) return true;
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(scopeKey, targets) ?? 'state:admin';
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const admit = (principal: Principal) => {
      requireScope(principal, scope);
      request.principal = principal;
      return true;
    };
    const verified = this.verifier.verify(bearerToken(request.headers.authorization));
    return verified instanceof Promise ? verified.then(admit) : admit(verified);
  }
}

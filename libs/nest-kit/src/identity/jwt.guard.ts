import { type CanActivate, type ExecutionContext, Injectable, createParamDecorator } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { basicPassword } from './basic';
import { bearerToken } from './bearer';
import type { Scope } from '@nexus-state/state-core';
import type { Principal } from './principal';
import { RouteMark } from './route-mark';
import { TokenVerifier } from './token-verifier';

interface ChallengingReply {
  header(name: string, value: string): unknown;
  removeHeader(name: string): unknown;
}

interface IdentifiedRequest {
  readonly headers: { readonly authorization?: string };
  principal?: Principal;
}

const scopeMark = new RouteMark<Scope>('nexus:scope');
const publicMark = new RouteMark<boolean>('nexus:public');
const basicMark = new RouteMark<boolean>('nexus:basic');

/** The scope a token needs for a route. A route without one needs `state:admin`, so that none is open by mistake. */
export const RequireScope = (scope: Scope) => scopeMark.set(scope);

/** Opens a route, or a whole controller, to callers without a token. */
export const Public = () => publicMark.set(true);

/**
 * Takes the token also as the password of HTTP basic authentication (RFC 7617), with any user name, and asks for it
 * so: for clients that know nothing else.
 */
export const AcceptBasic = () => basicMark.set(true);

/** The caller of a route, as its token says: `@Caller() caller: Principal`. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<IdentifiedRequest>().principal,
);

/** The scope that the route of a request needs; undefined where it is open to callers without a token. */
export function scopeOf(context: ExecutionContext, reflector: Reflector): Scope | undefined {
  if (publicMark.of(context, reflector)) return undefined;
  return scopeMark.of(context, reflector) ?? 'state:admin';
}

/** Lets a request pass when its token is good, and keeps who is calling. Whether they may do this is the next guard's. */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Unauthorized without a good token */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (scopeOf(context, this.reflector) === undefined) return true;
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    if (basicMark.of(context, this.reflector)) {
      return this.#verifyBasic(context.switchToHttp().getResponse<ChallengingReply>(), request);
    }
    return this.#verify(bearerToken(request.headers.authorization), request);
  }

  #verifyBasic(reply: ChallengingReply, request: IdentifiedRequest): boolean | Promise<boolean> {
    const { authorization } = request.headers;
    // Stays where the token is refused.
    reply.header('www-authenticate', 'Basic realm="nexus-state", charset="UTF-8"');
    const verified = this.#verify(bearerToken(authorization) ?? basicPassword(authorization), request);
    const welcome = () => {
      reply.removeHeader('www-authenticate');
      return true;
    };
    return verified instanceof Promise ? verified.then(welcome) : welcome();
  }

  #verify(token: string | undefined, request: IdentifiedRequest): boolean | Promise<boolean> {
    const keep = (principal: Principal) => {
      request.principal = principal;
      return true;
    };
    const verified = this.verifier.verify(token);
    return verified instanceof Promise ? verified.then(keep) : keep(verified);
  }
}

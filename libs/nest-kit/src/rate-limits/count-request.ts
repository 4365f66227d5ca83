import type { ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Allowance, Allowed, RequestKind } from '@nexus-state/state-core';
import { rateHeaders } from '../http/rate-headers';
import type { Principal } from '../identity/principal';
import { scopeOf } from '../identity/jwt.guard';

interface CountedRequest {
  /** Who is calling; on no route that is open to callers without a token. */
  readonly principal?: Principal;
  /** The limit that is nearest to its end, of those that have counted the request. */
  allowance?: Allowance;
}

interface Reply {
  headers(values: object): unknown;
}

/**
 * What a request counts as: a read where its route needs the scope `state:read` and no more, otherwise a write. Undefined
 * where nobody counts: on a route that is open to callers without a token.
 */
export function requestKind(context: ExecutionContext, reflector: Reflector): RequestKind | undefined {
  const scope = scopeOf(context, reflector);
  if (scope === undefined) return undefined;
  return scope === 'state:read' ? 'reads' : 'writes';
}

/** Lets a request pass that a limit allows, and tells in the answer how the limit stands, if it is the nearest to its end. */
export function passAllowed(context: ExecutionContext, allowed: Allowed): true | Promise<true> {
  if (allowed === undefined) return true;
  return allowed instanceof Promise
    ? allowed.then((allowance) => tell(context, allowance))
    : tell(context, allowed);
}

function tell(context: ExecutionContext, allowance: Allowance): true {
  const http = context.switchToHttp();
  const request = http.getRequest<CountedRequest>();
  const { allowance: other } = request;
  if (other && other.left / other.perSecond <= allowance.left / allowance.perSecond) return true;
  request.allowance = allowance;
  http.getResponse<Reply>().headers(rateHeaders(allowance));
  return true;
}

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { type FieldProblem, ValidationFailed, headOf, isJsonObject } from '@nexus-state/documents';
import { routeFactsOf } from './route-facts';

interface ReceivedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

/** On reads, `If-None-Match` and `If-Modified-Since` only save the transfer: without a tag, they change nothing. */
const preconditions = ['If-Match', 'If-Unmodified-Since', 'Nexus-Lock'];
const preconditionsOfWrites = [...preconditions, 'If-None-Match', 'Nexus-Turn'];

/**
 * Refuses a precondition or a body that the route of a request has no use for, so that a caller never believes that it
 * was honoured. A route accepts what its `@Endpoint` names. Runs after the guards that decide about access.
 */
@Injectable()
export class UnusedInputGuard implements CanActivate {
  /** @throws ValidationFailed naming each header and body field that has no meaning on the route */
  canActivate(context: ExecutionContext): boolean {
    const facts = routeFactsOf(context.getHandler());
    if (!facts?.limited) return true;
    const { method, headers, body } = context.switchToHttp().getRequest<ReceivedRequest>();
    const isRead = method === 'GET' || method === 'HEAD';
    const problems: FieldProblem[] = (isRead ? preconditions : preconditionsOfWrites)
      .filter((name) => headers[name.toLowerCase()] !== undefined)
      .filter((name) => !facts.headers.some((known) => known === name))
      .map((name) => ({ pointer: name, message: 'is not supported for this request' }));
    if (!isRead && !facts.body) problems.push(...bodyProblems(body));
    if (problems.length > 0) throw new ValidationFailed(problems);
    return true;
  }
}

/** More fields are not listed. */
const maxFields = 100;

/** What is wrong with the body of a request that takes none. An empty object says nothing, so it is accepted. */
function bodyProblems(body: unknown): FieldProblem[] {
  if (body === undefined) return [];
  if (!isJsonObject(body)) return [{ pointer: '', message: 'must be empty: this request has no body' }];
  return Object.keys(headOf(body) ?? body)
    .slice(0, maxFields)
    .map((name) => ({
      pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      message: 'is not a known field',
    }));
}

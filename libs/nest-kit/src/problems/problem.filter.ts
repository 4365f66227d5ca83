import { trace } from '@opentelemetry/api';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { InvalidId, ProposedInstead, RateLimited } from '@nexus-state/state-core';
import { StateError, ValidationFailed, holdsText, textAround } from '@nexus-state/documents';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { consumedBy } from '../http/body-parsers';
import { rateHeaders } from '../http/rate-headers';
import type { Principal } from '../identity/principal';
import { securityHeadersFor } from '../http/security-headers';
import { requestFacts } from '../tracing/request-trace';
import { BodyTooLarge, MalformedJson, RouteNotFound, UnsupportedMediaType } from './http-refusals';
import { inHttpTerms } from './http-preconditions';
import { type Problem, internalProblem, problemOf } from './problem';

/** The one place where errors become HTTP answers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest & { readonly principal?: Principal }>();
    const reply = http.getResponse<FastifyReply>();
    if (error instanceof ProposedInstead) return sendProposed(reply, error, request.principal?.subject);
    const instance = request.url.split('?', 1)[0] as string;
    const refusal = refusalOf(error, request);
    const problem = refusal ? problemOf(refusal, instance) : internalProblem(instance);
    if (problem.status >= 500) {
      const cause = refusal?.cause ?? error;
      this.logger.error({ ...requestFacts(request), error: problem.error, err: cause }, 'request failed');
    }
    if (refusal instanceof RateLimited) {
      const { policy, perSecond, retryAfterSeconds } = refusal;
      void reply.headers(rateHeaders({ policy, perSecond, left: 0 }, retryAfterSeconds));
    }
    trace.getActiveSpan()?.setAttribute('nexus.error', problem.error);
    sendProblem(reply, problem);
  }
}

/** Answers that a change waits for approval, with the address of its proposal. */
function sendProposed(
  reply: FastifyReply,
  { workspace: { owner, workspaceId }, proposalId }: ProposedInstead,
  subject: string | undefined,
): void {
  const query = owner === subject ? '' : `?owner=${encodeURIComponent(owner)}`;
  void reply
    .status(202)
    .header('location', `/api/state/${workspaceId}/proposals/${proposalId}${query}`)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ proposalId, state: 'open' }));
}

/** Answers what the router cannot read: a path that is not percent-encoded UTF-8. */
export function refuseBeforeRouting(_error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = new InvalidId('path', 'must be percent-encoded UTF-8.');
  void reply.headers(securityHeadersFor(request.url)).header('x-request-id', request.id);
  sendProblem(reply, problemOf(refusal, request.url.split('?', 1)[0]));
}

/** Answers what the head of a request is refused with. The connection ends where the head is no head of HTTP/1.1. */
export function refuseHead(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const instance = request.url.split('?', 1)[0];
  const problem = error instanceof StateError ? problemOf(error, instance) : internalProblem(instance);
  if (!(error instanceof ValidationFailed)) void reply.header('connection', 'close');
  sendProblem(reply, problem);
}

const refusedWith = Symbol('refused with');

interface RefusedRequest {
  [refusedWith]?: string;
}

/** The code of the problem that a request was answered with; undefined where it was not refused. */
export function refusalCodeOf(request: FastifyRequest): string | undefined {
  return (request as RefusedRequest)[refusedWith];
}

/** Answers with a problem and the headers that go with it. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  (reply.request as RefusedRequest)[refusedWith] = problem.error;
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) {
    void reply.header('www-authenticate', 'Bearer realm="nexus-state"');
  }
  if (problem['retryAfterSeconds'] !== undefined)
    void reply.header('retry-after', String(problem['retryAfterSeconds']));
  // Closing on a client that is still sending loses the answer; Node reads on and drops the rest instead.
  if (problem.status === 413) void reply.removeHeader('connection');
  if (problem.status === 415 && Array.isArray(problem['supported'])) {
    void reply.header(
      reply.request.method === 'PATCH' ? 'accept-patch' : 'accept',
      problem['supported'].join(', '),
    );
  }
  if (Array.isArray(problem['supportedCodings'])) {
    void reply.header('accept-encoding', problem['supportedCodings'].join(', '));
  }
  if (problem.status === 405 && Array.isArray(problem['allowed'])) {
    void reply.header('allow', problem['allowed'].join(', '));
  }
  void reply
    .status(problem.status)
    .type('application/problem+json')
    .send(holdsText(problem) ? textAround(problem) : JSON.stringify(problem));
}

/** The refusal that an error amounts to, or undefined when it is a bug. */
function refusalOf(error: unknown, request: FastifyRequest): StateError | undefined {
  if (error instanceof StateError) return inHttpTerms(error, request.headers);
  if (error instanceof HttpException) {
    return error.getStatus() === 404
      ? new RouteNotFound(request.method)
      : refusalOfStatus(error.getStatus(), error.message, request);
  }
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  return typeof statusCode === 'number' ? refusalOfStatus(statusCode, String(message), request) : undefined;
}

/** What the HTTP server itself refuses, before a route is reached. */
function refusalOfStatus(status: number, message: string, request: FastifyRequest): StateError | undefined {
  if (status === 413) return new BodyTooLarge();
  if (status === 415) return new UnsupportedMediaType(consumedBy(request));
  if (status === 400 && /json/i.test(message)) return new MalformedJson(message);
  if (status >= 400 && status < 500) return new ValidationFailed([{ pointer: '', message }]);
  return undefined;
}

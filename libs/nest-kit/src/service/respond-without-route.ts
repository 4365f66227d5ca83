import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RouteMethods } from '../http/route-methods';
import { MethodNotAllowed, RouteNotFound } from '../problems/http-refusals';
import { problemOf } from '../problems/problem';
import { sendProblem } from '../problems/problem.filter';
import { wholeServer } from './request-target';

/**
 * Answers requests for methods that a path does not have: `OPTIONS` with the methods that it has (RFC 9110, section 9.3.7),
 * others with a refusal that lists them (section 15.5.6). To be added before routes are.
 * @param respondsToPreflights whether browsers may ask what pages of other origins may do, also where there is no route: they
 *   could not read the refusal of their request otherwise
 */
export function respondWithoutRoute(fastify: FastifyInstance, respondsToPreflights: boolean): void {
  const methods = new RouteMethods();
  fastify.addHook('onRoute', ({ method, url }) => {
    // The route that a library has for preflights answers nothing by itself.
    for (const one of [method].flat()) if (one !== 'OPTIONS') methods.add(one, url);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && request.method !== 'OPTIONS') return done();
    const path = request.url.split('?', 1)[0] as string;
    const allowed = methods.at(path === wholeServer ? '*' : path);
    if (
      request.method === 'OPTIONS' &&
      (allowed.length > 0 || (respondsToPreflights && isPreflight(request)))
    ) {
      answerOptions(reply, allowed);
      return;
    }
    const { method } = request;
    const refusal = allowed.length > 0 ? new MethodNotAllowed(method, allowed) : new RouteNotFound(method);
    sendProblem(reply, problemOf(refusal, path));
  });
}

function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function answerOptions(reply: FastifyReply, allowed: readonly string[]): void {
  if (allowed.length > 0) void reply.header('allow', allowed.join(', '));
  void reply.status(204).send();
}

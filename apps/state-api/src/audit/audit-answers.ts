import { problemOf } from '@nexus-state/nest-kit';
import type { StateError } from '@nexus-state/documents';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { auditOf } from './request-audit';

/** Has every answer to a request on the audit log wait until a write of it is put down. */
export function auditAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const kept = auditOf(request)?.answered(reply);
    if (!kept) return done(null, payload);
    kept.then(
      () => done(null, payload),
      (error: StateError) => done(null, reply.statusCode < 400 ? refuse(reply, error) : payload),
    );
  });
}

/** Makes an answer that was ready the problem that its record is not put down yet. */
function refuse(reply: FastifyReply, error: StateError): string {
  const problem = problemOf(error, reply.request.url.split('?', 1)[0]);
  for (const name of ['etag', 'location', 'nexus-revision', 'content-length']) void reply.removeHeader(name);
  void reply.status(problem.status).type('application/problem+json');
  void reply.header('retry-after', String(problem['retryAfterSeconds']));
  return JSON.stringify(problem);
}

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { requestFacts } from '../tracing/request-trace';

/**
 * Logs a line for every request, where lines of the level `debug` are logged at all. Elsewhere nothing is added: what fails is
 * logged by the problem filter, and how many requests there were is in the metrics.
 */
export function addAccessLog(fastify: FastifyInstance, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const began = performance.now();
    reply.raw.once('close', () => {
      const { method } = request;
      const facts = { ...requestFacts(request), method, route: request.routeOptions.url };
      const durationMs = Math.round(performance.now() - began);
      logger.debug({ ...facts, status: reply.raw.statusCode, durationMs }, 'request');
    });
    done();
  });
}

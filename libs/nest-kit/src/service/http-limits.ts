import type { Server, ServerOptions } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import type { Config } from '../config/read-config';

/** Node looks this often at least, in milliseconds, whether a request takes too long; by itself every half minute. */
const longestCheckMs = 1_000;

/** Fields of a head; a browser or proxy sends a few dozen. Node would leave out those after the 2000th without a word. */
const maxHeaders = 200;

/** Fastify's options for its server: clients that are slow or send too much cost little and do not affect others. */
export function serverLimits(config: Config): FastifyHttpOptions<Server> {
  const requestTimeout = config.HTTP_REQUEST_TIMEOUT;
  const headersTimeout = Math.min(config.HTTP_HEADERS_TIMEOUT, requestTimeout);
  const http: ServerOptions = {
    maxHeaderSize: config.HTTP_HEADER_BYTES,
    headersTimeout,
    requestTimeout,
    // `checkHead` does it, and answers with a problem.
    requireHostHeader: false,
    connectionsCheckingInterval: Math.min(longestCheckMs, Math.ceil(headersTimeout / 4)),
  };
  return { http, requestTimeout, keepAliveTimeout: config.HTTP_KEEP_ALIVE_TIMEOUT };
}

/** Bounds what the server takes on at the same time. Connections over the bound are ended at once. */
export function limitConnections(server: Server, config: Config): void {
  server.maxConnections = config.HTTP_CONNECTIONS;
}

/** Whether a head has more fields than a client has use for. @param rawHeaders names and values in turn */
export function hasTooManyHeaders(rawHeaders: readonly string[]): boolean {
  return rawHeaders.length > 2 * maxHeaders;
}

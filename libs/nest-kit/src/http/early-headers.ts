import type { IncomingMessage, Server } from 'node:http';
import { requestId } from './request-id';
import { securityHeadersFor } from './security-headers';

/**
 * Sets the headers that every answer carries before anything else sees the request, for those requests that are answered
 * past the hooks of Fastify.
 * @param concerns which requests those are; all others cost less where the hooks do it
 */
export function setHeadersEarly(server: Server, concerns: (request: IncomingMessage) => boolean): void {
  server.prependListener('request', (request, response) => {
    if (!concerns(request)) return;
    const headers = { ...securityHeadersFor(request.url ?? ''), 'x-request-id': requestId(request) };
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  });
}

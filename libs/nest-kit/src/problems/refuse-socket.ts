import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StateError } from '@nexus-state/documents';
import { securityHeaders } from '../http/security-headers';
import { HeadersTooLarge, MalformedRequest, RequestTimeout } from './http-refusals';
import { internalProblem, problemOf } from './problem';

/**
 * Answers with a problem where there is a connection but no answer to write to: before a request was understood, and
 * where a WebSocket is refused (RFC 6455, section 4.2.2). The connection ends with it.
 * @param requestId the caller's, where it is known
 */
export function refuseOnSocket(socket: Duplex, error: unknown, requestId: string = randomUUID()): void {
  const problem = error instanceof StateError ? problemOf(error) : internalProblem();
  const body = JSON.stringify(problem);
  const { retryAfterSeconds } = problem;
  const headers: Record<string, string> = {
    connection: 'close',
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="nexus-state"' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...securityHeaders,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A client that keeps its side open keeps nothing of ours.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${head.join('')}\r\n${body}`);
}

/** Answers a client whose bytes are no request, are too many, or do not come: for the event `clientError` of a server. */
export function refuseClient(error: NodeJS.ErrnoException, socket: Socket): void {
  // A response that has begun cannot become another one, and a broken connection takes none.
  const { _httpMessage: answer } = socket as { _httpMessage?: { readonly headersSent: boolean } };
  if (!socket.writable || error.code === 'ECONNRESET' || answer?.headersSent) {
    socket.destroy();
    return;
  }
  refuseOnSocket(socket, refusalOf(error));
}

function refusalOf({ code }: NodeJS.ErrnoException): StateError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout();
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  return new MalformedRequest();
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { webSocketPath } from '@nexus-state/contracts';
import { type Problem, bearerToken, internalProblem, problemOf } from '@nexus-state/nest-kit';
import { InvalidId, StateError } from '@nexus-state/state-core';

/** What the request for a plain WebSocket asks for. */
export interface UpgradeRequest {
  readonly workspaceId: string;
  readonly owner: string | undefined;
  readonly token: string | undefined;
}

/**
 * Reads the request for a plain WebSocket: `/ws/state/{workspaceId}`, with `?token=` or `Authorization`, and `?owner=`
 * where somebody else's workspace is meant.
 * @returns undefined when the path is another one
 * @throws InvalidId when the id cannot be read
 */
export function readUpgrade({ url = '', headers }: IncomingMessage): UpgradeRequest | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  if (!path.startsWith(webSocketPath)) return undefined;
  const workspaceId = decoded(path.slice(webSocketPath.length));
  if (workspaceId.includes('/')) return undefined;
  const params = new URLSearchParams(query);
  return {
    workspaceId,
    owner: params.get('owner') ?? undefined,
    token: bearerToken(headers.authorization) ?? params.get('token') ?? undefined,
  };
}

/** Refuses a request for a WebSocket, as HTTP refuses (RFC 6455, section 4.2.2). */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const problem = error instanceof StateError ? problemOf(error) : internalProblem();
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...moreHeaders(problem),
  ];
  // A client that keeps its side open keeps nothing of ours.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function moreHeaders({ status, retryAfterSeconds }: Problem): string[] {
  return [
    ...(status === 401 ? ['WWW-Authenticate: Bearer realm="nexus-state"'] : []),
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${String(retryAfterSeconds)}`]),
  ];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidId('workspaceId', 'it is not percent-encoded UTF-8');
  }
}

import type { IncomingMessage } from 'node:http';
import { webSocketPath } from '@nexus-state/contracts';
import { bearerToken } from '@nexus-state/nest-kit';
import { InvalidId } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';

/** What the request for a plain WebSocket asks for. */
export interface UpgradeRequest {
  readonly workspaceId: string;
  readonly owner: string | undefined;
  readonly token: string | undefined;
}

/**
 * Reads the request for a plain WebSocket: `/ws/state/{workspaceId}`, with `?token=` or `Authorization`, and `?owner=`
 * for a workspace of another user.
 * @returns undefined when the path is another one
 * @throws InvalidId when the id cannot be read; ValidationFailed when the owner is given twice
 */
export function readUpgrade({ url = '', headers }: IncomingMessage): UpgradeRequest | undefined {
  const [path = '', query = ''] = url.split('?', 2);
  if (!path.startsWith(webSocketPath)) return undefined;
  const workspaceId = decoded(path.slice(webSocketPath.length));
  if (workspaceId.includes('/')) return undefined;
  const params = new URLSearchParams(query);
  const [owner, ...moreOwners] = params.getAll('owner');
  if (moreOwners.length > 0) throw new ValidationFailed([{ pointer: 'owner', message: 'is given twice' }]);
  return {
    workspaceId,
    owner,
    token: bearerToken(headers.authorization) ?? params.get('token') ?? undefined,
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new InvalidId('workspaceId', 'it is not percent-encoded UTF-8');
  }
}

import type { IncomingMessage } from 'node:http';
import { checkHead } from '@nexus-state/nest-kit';
import { reservedPanelIds } from '@nexus-state/state-core';

/** What is read of a panel by a request that asks for nothing else. */
export interface PlainRead {
  readonly workspaceId: string;
  readonly panelId: string;
}

/** Ids that need no decoding; whether they are ids is seen later. */
const path = /^\/api\/state\/([A-Za-z0-9._~:-]+)\/([A-Za-z0-9._~:-]+)$/;

/** Headers that change nothing of an answer, and those that a shortcut knows. */
const plainHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'authorization',
  'accept',
  'accept-encoding',
  'accept-language',
  'if-none-match',
  'sec-fetch-mode',
  'user-agent',
  'x-request-id',
]);

/** What a request reads, where it is no more than `GET` of a panel at its newest version, in the caller's own workspace or the shared one. */
export function plainReadOf(request: IncomingMessage): PlainRead | undefined {
  if (request.method !== 'GET') return undefined;
  const [, workspaceId, panelId] = path.exec(request.url ?? '') ?? [];
  if (workspaceId === undefined || panelId === undefined || reservedPanelIds.has(panelId)) return undefined;
  return hasPlainHead(request) ? { workspaceId, panelId } : undefined;
}

function hasPlainHead(request: IncomingMessage): boolean {
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!plainHeaders.has(name) && !plainHeaders.has(name.toLowerCase())) return false;
  }
  try {
    checkHead(request);
    return true;
  } catch {
    // Refused by the same check on the way that all requests take.
    return false;
  }
}

import type { Conflict, JsonPatch } from '@nexus-state/documents';
import type { Answer } from '../http/transport';
import type { Written } from './answers';
import { revisionOf } from './workspace-routes';

/** What an accepted change came to, from the answer of any route that changes one panel. */
export function writtenOf(answer: Answer): Written {
  const { version, updatedAt, merged, patch, dropped, proposalId } = answer.body as {
    version: number;
    updatedAt: string;
    merged?: boolean;
    patch?: JsonPatch;
    dropped?: readonly Conflict[];
    proposalId?: string;
  };
  return {
    version,
    updatedAt,
    merged: merged ?? false,
    ...(patch ? { patch } : {}),
    ...(dropped ? { dropped } : {}),
    ...(proposalId === undefined ? {} : { proposalId }),
    ...revisionOf(answer),
  };
}

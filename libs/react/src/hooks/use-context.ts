import type { Context, ContextQuery, SearchResult } from '@nexus-state/client';
import type { Owned } from '../stores/panel-address';
import { given } from './given';
import { useAnswer } from './use-answer';
import type { Value } from './use-value';

/** What a model would be told of a workspace; while another question is asked, the answer before. */
export function useModelContext(
  workspaceId: string,
  query: ContextQuery,
  { owner }: Owned = {},
): Value<Context> {
  return useAnswer(
    ['context', query],
    (client, signal) => client.workspace(workspaceId, { owner }).context(query, { signal }),
    { owner, workspaceId, keepLast: true },
  );
}

/** The values of a workspace that a query finds, the best first; none for an empty one. */
export function useSearch(
  workspaceId: string,
  query: string,
  { owner, limit }: Owned & { readonly limit?: number | undefined } = {},
): Value<readonly SearchResult[]> {
  return useAnswer(
    ['search', query, limit ?? null],
    async (client, signal) =>
      query === ''
        ? []
        : client.workspace(workspaceId, { owner }).search(query, { signal, ...given({ limit }) }),
    { owner, workspaceId, keepLast: true },
  );
}

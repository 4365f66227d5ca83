import type { Context, ContextQuery } from '@nexus-state/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Space } from './space';

/** What a model would be told of a workspace; while another one is asked for, the one before. */
export function useModelContext({ handle, key }: Space, query: ContextQuery) {
  return useQuery<Context>({
    queryKey: [...key, 'context', query],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => handle.context(query, { signal }),
  });
}

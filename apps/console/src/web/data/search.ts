import { useDebouncedValue } from '@mantine/hooks';
import type { SearchResult } from '@nexus-state/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Space } from './space';

/** So long after the last key it is searched. */
const pauseMs = 200;
const fewestCharacters = 3;
const most = 8;

/** The values of a workspace that have to do with what is typed, the best first; none for a few letters. */
export function useSearch(
  { handle, key }: Space,
  typed: string,
  isOffered: boolean,
): readonly SearchResult[] {
  const [query] = useDebouncedValue(typed.trim(), pauseMs);
  const { data = [] } = useQuery({
    queryKey: [...key, 'search', query],
    enabled: isOffered && query.length >= fewestCharacters,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => handle.search(query, { limit: most, signal }),
  });
  return query.length >= fewestCharacters ? data : [];
}

import { useDebouncedValue } from '@mantine/hooks';
import { type SearchResult, useSearch as useFound } from '@nexus-state/react';
import type { Space } from './space';

/** So long after the last key it is searched. */
const pauseMs = 200;
const fewestCharacters = 3;
const most = 8;

/** The values of a workspace that have to do with what is typed, the best first; none for a few letters. */
export function useSearch({ id, owner }: Space, typed: string, isOffered: boolean): readonly SearchResult[] {
  const [query] = useDebouncedValue(typed.trim(), pauseMs);
  const isAsked = isOffered && query.length >= fewestCharacters;
  const { data = [] } = useFound(id, isAsked ? query : '', { owner, limit: most });
  return isAsked ? data : [];
}

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ChangeFilter, filterNames } from './change-filter';
import type { Space } from './space';

/** So long after the last key the address follows. */
const pauseMs = 300;

/** The filter of the address, which follows what is typed. */
export function useChangeFilter(
  space: Space,
): readonly [ChangeFilter, (name: keyof ChangeFilter, value: string) => void] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const named = textOf(search);
  const [filter, setFilter] = useState<ChangeFilter>(() => filterOf(named));
  const written = useRef(named);
  const wanted = textOf(filter);

  useEffect(() => {
    if (wanted === written.current) return undefined;
    const timer = setTimeout(() => {
      written.current = wanted;
      void navigate({
        to: '/w/$ws/activity',
        params: { ws: space.id },
        search: { owner: space.owner, ...filterOf(wanted) },
        replace: true,
      });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [wanted, navigate, space]);
  useEffect(() => {
    // Somebody went back, or followed a link.
    if (named === written.current) return;
    written.current = named;
    setFilter(filterOf(named));
  }, [named]);

  const change = useCallback(
    (name: keyof ChangeFilter, value: string) =>
      setFilter((before) => ({ ...before, [name]: value || undefined })),
    [],
  );
  return [filter, change];
}

const textOf = (given: ChangeFilter): string =>
  JSON.stringify(filterNames.map((name) => given[name] ?? null));

function filterOf(text: string): ChangeFilter {
  const values = JSON.parse(text) as (string | null)[];
  return Object.fromEntries(filterNames.map((name, index) => [name, values[index] ?? undefined]));
}

import { useQuery } from '@tanstack/react-query';
import { useSession } from '../session/context';

/** What a service may or may not offer. */
export interface Doors {
  readonly keys: boolean;
  readonly proposals: boolean;
  readonly turns: boolean;
  readonly context: boolean;
  readonly search: boolean;
}

const none: Doors = { keys: false, proposals: false, turns: false, context: false, search: false };

/** What this service offers, by its own description; what is not offered is not shown. */
export function useDoors(): Doors {
  const { config } = useSession();
  const { data = none } = useQuery({
    queryKey: ['doors', config.apiUrl],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const response = await fetch(`${config.apiUrl}/openapi.json`, { signal });
      const { paths } = (await response.json()) as { paths: Record<string, unknown> };
      return doorsOf(Object.keys(paths));
    },
  });
  return data;
}

/** What the paths of a description offer. */
export function doorsOf(paths: readonly string[]): Doors {
  const has = (part: RegExp) => paths.some((path) => part.test(path));
  return {
    keys: has(/^\/api\/kv\/?$/),
    proposals: has(/\/proposals(\/|$)/),
    turns: has(/\/turns(\/|$)/),
    context: has(/\/context(\/|$)/),
    search: has(/\/search$/),
  };
}

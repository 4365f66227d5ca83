import { useAnswer } from '@nexus-state/react';
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
  const { data = found.get(config.apiUrl) ?? none } = useAnswer(['doors', config.apiUrl], async () => {
    const doors = found.get(config.apiUrl) ?? (await readDoors(config.apiUrl));
    found.set(config.apiUrl, doors);
    return doors;
  });
  return data;
}

/** A service offers the same as long as the page is open. */
const found = new Map<string, Doors>();

async function readDoors(apiUrl: string): Promise<Doors> {
  const response = await fetch(`${apiUrl}/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, unknown> };
  return doorsOf(Object.keys(paths));
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

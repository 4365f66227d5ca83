import { useWorkspaceEvents } from '@nexus-state/react';
import { createContext, useContext, useRef, useState } from 'react';
import type { Space } from '../data/space';

/** When each panel of the open workspace changed last since it was opened, by its id. */
export type ChangedAt = ReadonlyMap<string, number>;

export const ChangedContext = createContext<ChangedAt>(new Map());

/** What the layout of the workspace follows. */
export const useChangedAt = () => useContext(ChangedContext);

/** Follows the changes of a workspace while it is open. */
export function useFollowedSpace({ id, owner }: Space): ChangedAt {
  const [changedAt, setChangedAt] = useState<ChangedAt>(new Map());
  const waiting = useRef(new Map<string, number>());
  useWorkspaceEvents(
    id,
    (event) => {
      if (event.kind !== 'change') return;
      // Not a rendering for each of many changes that come together.
      if (waiting.current.size === 0)
        requestAnimationFrame(() => {
          const news = waiting.current;
          waiting.current = new Map();
          setChangedAt((before) => new Map([...before, ...news]));
        });
      waiting.current.set(event.panelId, Date.now());
    },
    { owner },
  );
  return changedAt;
}

import type { WorkspaceEvent } from '@nexus-state/client';
import { useEffect, useRef } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { storesOf } from '../stores/stores';
import { followWorkspace } from '../stores/workspace-store';

/**
 * Listens to what happens in a workspace while the component is mounted: changes of panels, proposals, snapshots and restores.
 * Nothing is rendered for it. All that listen share one subscription.
 */
export function useWorkspaceEvents(
  workspaceId: string,
  listener: (event: WorkspaceEvent) => void,
  { owner }: Owned = {},
): void {
  const client = useNexus();
  const newest = useRef(listener);
  useEffect(() => void (newest.current = listener), [listener]);
  useEffect(
    () => followWorkspace(storesOf(client), { workspaceId, owner }, (event) => newest.current(event)),
    [client, workspaceId, owner],
  );
}

import type { FoundPanel, JsonObject, PanelItem, Query } from '@nexus-state/client';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** The panels of a workspace, by id. */
export function usePanels(
  workspaceId: string,
  { owner, pageSize = defaultPageSize }: Owned & ListOptions = {},
): List<PanelItem> {
  const client = useNexus();
  return useList(['panels', owner ?? null, workspaceId, pageSize], () => ({
    pageSize,
    keyOf: ({ panelId }) => panelId,
    read: (signal) => client.workspace(workspaceId, { owner }).panels({ signal }),
  }));
}

/** The panels of a workspace whose state matches, by id. */
export function useQuery<T = JsonObject>(
  workspaceId: string,
  query: Query,
  { owner, pageSize = defaultPageSize }: Owned & ListOptions = {},
): List<FoundPanel<T>> {
  const client = useNexus();
  return useList(['query', owner ?? null, workspaceId, query, pageSize], () => ({
    pageSize,
    keyOf: ({ panelId }) => panelId,
    read: (signal) => client.workspace(workspaceId, { owner }).query<T>(query, { signal }),
  }));
}

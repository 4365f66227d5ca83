import type { PanelItem } from '@nexus-state/client';
import { type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSession } from '../session/context';
import type { Space } from './space';

const pageSize = 1_000;

/** The workspaces that the visitor owns or shares, last opened first. */
export function useWorkspaces() {
  const { client } = useSession();
  return useQuery({
    queryKey: ['workspaces'],
    queryFn: ({ signal }) => client.workspaces.list({ signal }).all(),
  });
}

/** What the visitor may do in a workspace, and its name. */
export function useWorkspace({ id, owner, key }: Space) {
  const { client } = useSession();
  return useQuery({
    queryKey: [...key, 'facts'],
    queryFn: ({ signal }) => client.workspaces.get(id, { owner, signal }),
  });
}

/** All panels of a workspace, by id. */
export function usePanels({ handle, key }: Space) {
  return useQuery({
    queryKey: [...key, 'panels'],
    queryFn: async ({ signal }) => {
      const items: PanelItem[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await handle
          .panels({ signal })
          .page({ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
        items.push(...page.items);
        cursor = page.nextCursor;
      }
      return items;
    },
  });
}

/** The changes of a panel, newest first, page by page. */
export function useHistory({ handle, key }: Space, panelId: string) {
  return useInfiniteQuery({
    queryKey: [...key, 'history', panelId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      handle
        .panel(panelId)
        .history({ signal })
        .page({ limit: 200, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** The state of a panel at a version: it never changes. */
export function usePast({ handle, key }: Space, panelId: string, version: number | undefined) {
  return useQuery({
    queryKey: [...key, 'past', panelId, version],
    enabled: version !== undefined && version > 0,
    staleTime: Infinity,
    queryFn: ({ signal }) => handle.panel(panelId).get({ version: version ?? 0, signal }),
  });
}

/** The snapshots of a workspace, newest first. */
export function useSnapshots({ handle, key }: Space) {
  return useInfiniteQuery({
    queryKey: [...key, 'snapshots'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      handle.snapshots
        .list({ signal })
        .page({ limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** Who reaches a workspace. */
export function useMembers({ handle, key }: Space) {
  return useQuery({
    queryKey: [...key, 'members'],
    queryFn: ({ signal }) => handle.members.list({ signal }).all(),
  });
}

/** Reads everything of a workspace again. */
export function refreshSpace(queries: QueryClient, { key }: Space): Promise<void> {
  return queries.invalidateQueries({ queryKey: key });
}

import {
  type List,
  NexusError,
  type PanelState,
  type Value,
  type WorkspaceValue,
  refreshAll,
  useAnswer,
  useMembers as useMemberList,
  useHistory as usePanelHistory,
  usePanels as usePanelList,
  useSnapshots as useSnapshotList,
  useWorkspaces as useWorkspaceList,
  useWorkspace as useWorkspaceValue,
} from '@nexus-state/react';
import { useEffect } from 'react';
import type { Space } from './space';

const pageSize = 1_000;

/** How long a version is kept after it was shown, in milliseconds, for a visitor who comes back to it. */
const versionKeptMs = 30_000;

/**
 * A list with what there is to show: undefined as long as nothing of it was read.
 * @throws what is no refusal of the service, such as items of no sense: the region says that it stopped working
 */
export function withData<L extends List<unknown>>(list: L): L & { readonly data: L['items'] | undefined } {
  const { items, loading, error } = list;
  if (error && !(error instanceof NexusError)) throw error;
  return { ...list, data: items.length > 0 || !(loading || error) ? items : undefined };
}

/** A list that is read to its end. */
function useAll<L extends List<unknown>>(list: L): L & { readonly data: L['items'] | undefined } {
  const { hasMore, loading, error, loadMore } = list;
  useEffect(() => {
    if (hasMore && !loading && !error) void loadMore();
  }, [hasMore, loading, error, loadMore]);
  return withData(list);
}

/** The workspaces that the visitor owns or shares, last opened first. */
export const useWorkspaces = () => useAll(useWorkspaceList({ pageSize }));

/** What the visitor may do in a workspace, and its name. */
export const useWorkspace = ({ id, owner }: Space): WorkspaceValue => useWorkspaceValue(id, { owner });

/** All panels of a workspace, by id, as they change. */
export const usePanels = ({ id, owner }: Space) => useAll(usePanelList(id, { owner, pageSize, live: true }));

/** The changes of a panel, newest first, page by page. */
export const useHistory = ({ id, owner }: Space, panelId: string) =>
  withData(usePanelHistory(id, panelId, { owner, pageSize: 200 }));

/** The state of a panel at a version, or at an instant; nothing where neither is given. */
export function usePast(
  { id, owner, handle }: Space,
  panelId: string,
  { version, at }: { readonly version?: number | undefined; readonly at?: string | undefined },
): Value<PanelState<object> | undefined> {
  return useAnswer(
    ['past', panelId, version ?? null, at ?? null],
    async (_, signal) => {
      if (version === 0 || (version === undefined && at === undefined)) return undefined;
      const when = version === undefined ? { at: at ?? '' } : { version };
      return handle.panel<object>(panelId).get({ ...when, signal });
    },
    { owner, workspaceId: id, ...(version ? { keepMs: versionKeptMs } : {}) },
  );
}

/** The snapshots of a workspace, newest first. */
export const useSnapshots = ({ id, owner }: Space) => withData(useSnapshotList(id, { owner }));

/** Who reaches a workspace. */
export const useMembers = ({ id, owner }: Space) => useAll(useMemberList(id, { owner, pageSize }));

/** Reads everything of a workspace again that is shown. */
export const refreshSpace = ({ id, client }: Space): Promise<void> => refreshAll(client, id);

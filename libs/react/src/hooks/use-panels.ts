import type { FoundPanel, JsonObject, PanelChanged, PanelItem, Query } from '@nexus-state/client';
import { useNexus } from '../provider';
import type { EditList } from '../stores/list-store';
import type { Owned } from '../stores/panel-address';
import type { Stores } from '../stores/stores';
import { type WorkspaceAddress, followWorkspace } from '../stores/workspace-store';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** How to list panels. */
export interface PanelsOptions extends Owned, ListOptions {
  /**
   * Shows the changes of others as they come, with a rendering for each; false where not given. The size of a state is what it
   * was when it was read, and 0 where that is not known.
   */
  readonly live?: boolean | undefined;
}

/** The panels of a workspace, by id. */
export function usePanels(
  workspaceId: string,
  { owner, pageSize = defaultPageSize, live = false }: PanelsOptions = {},
): List<PanelItem> {
  const client = useNexus();
  return useList(['panels', owner ?? null, workspaceId, pageSize, live], (stores) => ({
    pageSize,
    watch: live ? follower(stores, { owner, workspaceId }) : undefined,
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

/** Keeps a list of panels up to date: one by one, because there may be thousands. */
function follower(stores: Stores, address: WorkspaceAddress) {
  return (renew: () => void, change: (edit: EditList<PanelItem>) => void): (() => void) => {
    let news = new Map<string, PanelChanged>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = () => {
      timer = undefined;
      const taken = news;
      news = new Map();
      change((list) => withNews(list, taken));
    };
    const unfollow = followWorkspace(stores, address, (event) => {
      if (event.kind === 'following') renew();
      if (event.kind !== 'change') return;
      news.set(event.panelId, event);
      // Not a rendering for each of many changes that come together.
      timer ??= setTimeout(take);
    });
    return () => {
      clearTimeout(timer);
      unfollow();
    };
  };
}

/** A list of panels after changes. What comes behind its end is read with the next page. */
export function withNews(
  { items, hasMore }: { readonly items: readonly PanelItem[]; readonly hasMore: boolean },
  news: ReadonlyMap<string, PanelChanged>,
): readonly PanelItem[] {
  const last = items.at(-1)?.panelId ?? '';
  const byId = new Map(items.map((item) => [item.panelId, item]));
  for (const { panelId, version, timestamp, changeType } of news.values()) {
    const known = byId.get(panelId);
    if (known && known.version >= version) continue;
    if (changeType === 'deleted') byId.delete(panelId);
    else if (known || !hasMore || panelId < last) {
      const stateSizeBytes = known?.stateSizeBytes ?? 0;
      byId.set(panelId, { panelId, version, updatedAt: timestamp, stateSizeBytes });
    }
  }
  return [...byId.values()].sort((a, b) => (a.panelId < b.panelId ? -1 : 1));
}

import type { FeedEntry } from '@nexus-state/client';
import { FeedStore } from '../stores/feed-store';
import type { Owned } from '../stores/panel-address';
import { given } from './given';
import { useSource } from './source';
import { type List, type ListOptions, defaultPageSize, loadingListOf, useListOf } from './use-list';

/** Which changes to follow. */
export interface FeedOptions extends Owned, ListOptions {
  /** Only changes after this revision. */
  readonly since?: number | undefined;
  /** Only changes after this place: `cursor` of an entry, or `now`. */
  readonly cursor?: string | undefined;
  /** Only changes of these panels: ids, or patterns with `*`. */
  readonly panels?: readonly string[] | undefined;
  /** Only changes by this user: the `sub` of a token. */
  readonly actor?: string | undefined;
  /** Only changes triggered by `user`, `ai`, `system`, or another word. */
  readonly triggeredBy?: string | undefined;
}

/**
 * The changes of a workspace as they happen, in their order: the newest ones, and the newest is the last. Up to 1,000 are
 * kept; `loadMore` shows more of those.
 */
export function useChanges(
  workspaceId: string,
  { owner, pageSize = defaultPageSize, ...filters }: FeedOptions = {},
): List<FeedEntry> {
  const asked = given(filters);
  const source = useSource(
    ['changes', owner ?? null, workspaceId, pageSize, asked],
    ({ client }, onStopped) => {
      const workspace = client.workspace(workspaceId, { owner });
      const follow = (options: object) => workspace.changes({ ...asked, ...options });
      return new FeedStore({ follow, pageSize }, onStopped);
    },
    loadingListOf<FeedEntry>(),
  );
  return useListOf(source);
}

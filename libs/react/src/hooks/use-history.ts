import type { HistoryEntry, Instant } from '@nexus-state/client';
import { followVersion } from '../stores/document-store';
import { type Owned, type PanelAddress, panelName, panelOf } from '../stores/panel-address';
import type { Stores } from '../stores/stores';
import type { Freshness } from '../stores/version-watch';
import { given } from './given';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** What of a history to read, and whether to keep it up to date. */
export interface HistoryOptions extends Owned, ListOptions, Following {
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
}

/** Whether to keep something up to date. */
export interface Following {
  /** Reads again when the panel has a new version: true where not given, unless it is about the past. */
  readonly live?: boolean | undefined;
}

/** The changes of a panel, newest first. */
export function useHistory(
  workspaceId: string,
  panelId: string,
  { owner, since, until, pageSize = defaultPageSize, live = until === undefined }: HistoryOptions = {},
): List<HistoryEntry> {
  const address: PanelAddress = { owner, workspaceId, panelId };
  const name = panelName('history', address, since ?? null, until ?? null, pageSize, live);
  return useList(name, (stores) => ({
    pageSize,
    keyOf: ({ version }) => version,
    read: (signal) => panelOf(stores.client, address).history({ ...given({ since, until }), signal }),
    freshness: freshness(stores, address, live, ({ items }) => items[0]?.version),
  }));
}

/** Keeps what is read up to date with a panel, where that is wanted. */
export function freshness<S>(
  stores: Stores,
  address: PanelAddress,
  isLive: boolean,
  versionOf: (snapshot: S) => number | undefined,
): Freshness<S> | undefined {
  if (!isLive) return undefined;
  return { follow: (onVersion) => followVersion(stores, address, onVersion), versionOf };
}

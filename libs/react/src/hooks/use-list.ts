import { useMemo } from 'react';
import type { SharedStore } from '../stores/shared-store';
import { type ListOrigin, type ListSnapshot, ListStore, loadingList } from '../stores/list-store';
import type { StoreName, Stores } from '../stores/stores';
import { type Source, useSnapshot, useSource } from './source';

/** A list, as far as it was read. */
export interface List<T> {
  readonly items: readonly T[];
  /** Whether it is being read. */
  readonly loading: boolean;
  /** Why it could not be read. */
  readonly error: Error | undefined;
  readonly hasMore: boolean;
  /** Reads the next page. */
  loadMore(): Promise<void>;
  /** Reads again what was read. */
  refresh(): Promise<void>;
}

/** How much of a list to read at a time. */
export interface ListOptions {
  /** 50 where not given. */
  readonly pageSize?: number | undefined;
}

/** How many items are read at a time. */
export const defaultPageSize = 50;

type Readable<T> = SharedStore<ListSnapshot<T>> & { refresh(): Promise<void>; loadMore(): Promise<void> };

/** A list that is read page by page. */
export function useList<T>(name: StoreName, origin: (stores: Stores) => ListOrigin<T>): List<T> {
  return useListOf(
    useSource(name, (stores, onStopped) => new ListStore(origin(stores), onStopped), loadingListOf<T>()),
  );
}

/** The list of a source. */
export function useListOf<T>(source: Source<ListSnapshot<T>, Readable<T>>): List<T> {
  const snapshot = useSnapshot(source);
  return useMemo(
    () => ({
      ...snapshot,
      loadMore: () => source.act((store) => store.loadMore()),
      refresh: () => source.act((store) => store.refresh()),
    }),
    [source, snapshot],
  );
}

export function loadingListOf<T>(): ListSnapshot<T> {
  return loadingList;
}

import type { Keys, ListedKey } from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import { refreshesAfter } from '../stores/stores';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** Keys of the user, and what changes them: as `keys` of the client. */
export interface KeyList extends List<ListedKey>, Pick<Keys, 'compareAndSet' | 'set' | 'delete'> {}

/** The keys of the user that begin with a prefix, kept up to date. */
export function useKeys(
  prefix: string,
  { pageSize = defaultPageSize, live = true }: ListOptions & { readonly live?: boolean | undefined } = {},
): KeyList {
  const client = useNexus();
  const list = useList<ListedKey>(['keys', null, null, prefix, pageSize, live], () => ({
    pageSize,
    keyOf: ({ key }) => key,
    read: (signal) => client.keys.list(prefix, { signal }),
    watch: live ? watcher(client.keys, prefix) : undefined,
  }));
  return useMemo(() => {
    const { keys } = client;
    const told = refreshesAfter(client, undefined, ['keys']);
    return {
      ...list,
      compareAndSet: (...given) => told(keys.compareAndSet(...given)),
      set: (...given) => told(keys.set(...given)),
      delete: (...given) => told(keys.delete(...given)),
    };
  }, [client, list]);
}

/** Has keys read again when one changes. */
function watcher(keys: Keys, prefix: string): (renew: () => void) => () => void {
  return (renew) => {
    const watch = keys.watch(`${prefix}*`);
    const follow = async () => {
      for await (const _ of watch) renew();
    };
    // What is wrong with the prefix, the list says, too.
    follow().catch(() => undefined);
    return () => void watch.return();
  };
}

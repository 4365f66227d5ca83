import type { SnapshotItem, WorkspaceHandle } from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { storesOf } from '../stores/stores';
import { renewal } from '../stores/workspace-store';
import type { Following } from './use-history';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** The snapshots of a workspace, and what can be done with them: as `snapshots` of the client. */
export interface SnapshotList
  extends List<SnapshotItem>, Pick<WorkspaceHandle['snapshots'], 'create' | 'get' | 'diff' | 'restore'> {}

/** The snapshots of a workspace, newest first, kept up to date. Open panels show by themselves what `restore` does. */
export function useSnapshots(
  workspaceId: string,
  { owner, pageSize = defaultPageSize, live = true }: Owned & ListOptions & Following = {},
): SnapshotList {
  const client = useNexus();
  const list = useList<SnapshotItem>(['snapshots', owner ?? null, workspaceId, pageSize, live], (stores) => ({
    pageSize,
    watch: live ? renewal(stores, { owner, workspaceId }, ({ kind }) => kind === 'snapshot') : undefined,
    keyOf: ({ snapshotId }) => snapshotId,
    read: (signal) => client.workspace(workspaceId, { owner }).snapshots.list({ signal }),
  }));
  return useMemo(() => {
    const { snapshots } = client.workspace(workspaceId, { owner });
    const told = async <R>(result: R): Promise<R> => {
      await storesOf(client).refresh('snapshots', workspaceId);
      return result;
    };
    return {
      ...list,
      create: async (options) => told(await snapshots.create(options)),
      // A restore takes a snapshot of what was there before.
      restore: async (options) => told(await snapshots.restore(options)),
      get: (...options) => snapshots.get(...options),
      diff: (...options) => snapshots.diff(...options),
    };
  }, [client, workspaceId, owner, list]);
}

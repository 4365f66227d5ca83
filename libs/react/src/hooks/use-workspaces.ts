import type { NexusClient, Workspace } from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { storesOf } from '../stores/stores';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';
import { type Value, useValue } from './use-value';

/** A workspace to make. */
export type NewWorkspace = Parameters<NexusClient['workspaces']['create']>[0];

/** What can be changed of a workspace. */
export type WorkspaceChange = Parameters<NexusClient['workspaces']['update']>[1];

/** The workspaces that the user reaches. */
export interface WorkspaceList extends List<Workspace> {
  create(workspace: NewWorkspace): Promise<Workspace>;
}

/** One workspace. */
export interface WorkspaceValue extends Value<Workspace> {
  update(change: WorkspaceChange): Promise<Workspace>;
  /** Deletes it with its panels; a last snapshot is taken first. */
  delete(): Promise<void>;
  /** Makes it the user's current one. */
  activate(): Promise<Workspace>;
}

/** The workspaces that the user owns or shares, the one opened last first. */
export function useWorkspaces({ pageSize = defaultPageSize }: ListOptions = {}): WorkspaceList {
  const client = useNexus();
  const list = useList<Workspace>(['workspaces', null, null, pageSize], () => ({
    pageSize,
    keyOf: ({ owner, workspaceId }) => `${owner}/${workspaceId}`,
    read: (signal) => client.workspaces.list({ signal }),
  }));
  return useMemo(
    () => ({
      ...list,
      create: async (workspace) => told(client, undefined, await client.workspaces.create(workspace)),
    }),
    [client, list],
  );
}

/** One workspace. */
export function useWorkspace(workspaceId: string, { owner }: Owned = {}): WorkspaceValue {
  const client = useNexus();
  const value = useValue(['workspace', owner ?? null, workspaceId], () => ({
    read: (signal) => client.workspaces.get(workspaceId, { owner, signal }),
  }));
  return useMemo(() => {
    const { workspaces } = client;
    const options = { owner };
    return {
      ...value,
      update: async (change) =>
        told(client, workspaceId, await workspaces.update(workspaceId, change, options)),
      delete: async () => told(client, workspaceId, await workspaces.delete(workspaceId, options)),
      activate: async () => told(client, workspaceId, await workspaces.activate(workspaceId, options)),
    };
  }, [client, workspaceId, owner, value]);
}

/** What a verb gave, once what is shown tells of it. */
async function told<R>(client: NexusClient, workspaceId: string | undefined, result: R): Promise<R> {
  const stores = storesOf(client);
  const own = workspaceId === undefined ? [] : [stores.refresh('workspace', workspaceId)];
  await Promise.all([stores.refresh('workspaces'), ...own]);
  return result;
}

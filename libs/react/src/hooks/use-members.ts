import type { Member, Role, WorkspaceHandle } from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { refreshesAfter } from '../stores/stores';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';

/** Who reaches a workspace, and what changes that. */
export interface MemberList extends List<Member> {
  /** Invites somebody, or gives them another role. */
  set(userId: string, role: Exclude<Role, 'owner'>): ReturnType<WorkspaceHandle['members']['set']>;
  /** Takes the workspace from somebody; of oneself, leaves it. */
  delete(userId: string): ReturnType<WorkspaceHandle['members']['delete']>;
}

/** Who reaches a workspace. */
export function useMembers(
  workspaceId: string,
  { owner, pageSize = defaultPageSize }: Owned & ListOptions = {},
): MemberList {
  const client = useNexus();
  const list = useList<Member>(['members', owner ?? null, workspaceId, pageSize], () => ({
    pageSize,
    keyOf: ({ userId }) => userId,
    read: (signal) => client.workspace(workspaceId, { owner }).members.list({ signal }),
  }));
  return useMemo(() => {
    const { members } = client.workspace(workspaceId, { owner });
    const told = refreshesAfter(client, workspaceId, ['members']);
    return {
      ...list,
      set: (userId, role) => told(members.set(userId, role)),
      delete: (userId) => told(members.delete(userId)),
    };
  }, [client, workspaceId, owner, list]);
}

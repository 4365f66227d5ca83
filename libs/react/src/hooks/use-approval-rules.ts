import type { ApprovalRule } from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { refreshesAfter } from '../stores/stores';
import { type Value, useValue } from './use-value';

/** Which changes of a workspace need approval, and what changes that. */
export interface ApprovalRules extends Value<readonly ApprovalRule[]> {
  /** Replaces all rules. */
  set(rules: readonly ApprovalRule[]): Promise<readonly ApprovalRule[]>;
}

/** Which changes of a workspace need approval. */
export function useApprovalRules(workspaceId: string, { owner }: Owned = {}): ApprovalRules {
  const client = useNexus();
  const value = useValue<readonly ApprovalRule[]>(['rules', owner ?? null, workspaceId], () => ({
    read: (signal) => client.workspace(workspaceId, { owner }).proposals.rules({ signal }),
  }));
  return useMemo(() => {
    const { proposals } = client.workspace(workspaceId, { owner });
    const told = refreshesAfter(client, workspaceId, ['rules']);
    return { ...value, set: (rules) => told(proposals.setRules(rules)) };
  }, [client, workspaceId, owner, value]);
}

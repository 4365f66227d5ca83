import {
  type Approval,
  type ProposalState,
  useProposal as useOneProposal,
  useProposals as useProposalList,
} from '@nexus-state/react';
import { refreshSpace, withData } from './queries';
import type { Space } from './space';
import { useEvery } from './use-every';
import { useWork } from './use-work';

/**
 * What waits is shown at once, as the gateway tells of it. It tells of nothing where a proposal expires, and not those whose
 * token reaches some panels only: so it is looked at again from time to time, too.
 */
const everyMs = 60_000;

/** The proposals of a workspace in a state, or all of them; newest first. */
export function useProposals({ id, owner }: Space, state: ProposalState | undefined) {
  const list = useProposalList(id, { owner, state });
  useEvery(everyMs, () => void list.refresh());
  return withData(list);
}

/** A proposal, and what it comes to now. */
export function useProposal({ id, owner }: Space, proposalId: string) {
  const value = useOneProposal(id, proposalId, { owner });
  useEvery(everyMs, () => void value.refresh(), value.data?.state === 'open');
  return value;
}

/** What a visitor decides about a proposal. */
export type Decision =
  | { readonly kind: 'approve'; readonly approval: Approval }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'withdraw' };

/** Decides on a proposal, and reads the workspace again. */
export function useDecision(space: Space, proposalId: string) {
  const { proposals } = space.handle;
  return useWork(async (decision: Decision): Promise<void> => {
    try {
      if (decision.kind === 'approve') await proposals.approve(proposalId, decision.approval);
      else if (decision.kind === 'reject') await proposals.reject(proposalId, decision.reason);
      else await proposals.withdraw(proposalId);
    } finally {
      await refreshSpace(space);
    }
  });
}

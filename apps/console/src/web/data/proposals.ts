import type { Approval, ProposalState, ProposalWithPreview } from '@nexus-state/client';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshSpace } from './queries';
import type { Space } from './space';

/** How often what waits is looked at while it is shown. */
const everyMs = 4_000;

/** The proposals of a workspace in a state, or all of them; newest first. */
export function useProposals({ handle, key }: Space, state: ProposalState | undefined) {
  return useInfiniteQuery({
    queryKey: [...key, 'proposals', state],
    refetchInterval: everyMs,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      handle.proposals
        .list({ signal, ...(state === undefined ? {} : { state }) })
        .page({ limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** A proposal, and what it comes to now. */
export function useProposal({ handle, key }: Space, proposalId: string) {
  return useQuery<ProposalWithPreview>({
    queryKey: [...key, 'proposal', proposalId],
    refetchInterval: ({ state }) => (state.data?.state === 'open' ? everyMs : false),
    queryFn: ({ signal }) => handle.proposals.get(proposalId, { signal }),
  });
}

/** What a visitor decides about a proposal. */
export type Decision =
  | { readonly kind: 'approve'; readonly approval: Approval }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'withdraw' };

/** Decides on a proposal, and reads the workspace again. */
export function useDecision(space: Space, proposalId: string) {
  const queries = useQueryClient();
  const { proposals } = space.handle;
  return useMutation({
    mutationFn: async (decision: Decision): Promise<void> => {
      if (decision.kind === 'approve') await proposals.approve(proposalId, decision.approval);
      else if (decision.kind === 'reject') await proposals.reject(proposalId, decision.reason);
      else await proposals.withdraw(proposalId);
    },
    onSettled: () => refreshSpace(queries, space),
  });
}

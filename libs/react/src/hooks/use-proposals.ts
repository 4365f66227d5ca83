import type {
  Abortable,
  Approval,
  NewProposal,
  Proposal,
  ProposalApproved,
  ProposalMade,
  ProposalState,
  ProposalWithPreview,
  WorkspaceEvent,
} from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { refreshesAfter } from '../stores/stores';
import { renewal } from '../stores/workspace-store';
import { given } from './given';
import type { Following } from './use-history';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';
import { type Value, useValue } from './use-value';

/** What becomes of proposals. */
export interface ProposalVerbs {
  create(proposal: NewProposal, options?: Abortable): Promise<ProposalMade>;
  /** Applies a proposal as one transaction; with a conflict that no resolution settles it stays open. */
  approve(proposalId: string, approval?: Approval & Abortable): Promise<ProposalApproved>;
  reject(proposalId: string, reason: string, options?: Abortable): Promise<Proposal>;
  /** Takes an own proposal back. */
  withdraw(proposalId: string, options?: Abortable): Promise<Proposal>;
}

/** The proposals of a workspace. */
export interface ProposalList extends List<Proposal>, ProposalVerbs {}

/** Which proposals to list. */
export interface ProposalsOptions extends Owned, ListOptions, Following {
  /** Only those in this state, such as `open`. */
  readonly state?: ProposalState | undefined;
}

/** The proposals of a workspace, newest first, kept up to date. */
export function useProposals(
  workspaceId: string,
  { owner, state, pageSize = defaultPageSize, live = true }: ProposalsOptions = {},
): ProposalList {
  const client = useNexus();
  const name = ['proposals', owner ?? null, workspaceId, state ?? null, pageSize, live] as const;
  const list = useList<Proposal>(name, (stores) => ({
    pageSize,
    watch: live ? renewal(stores, { owner, workspaceId }, ({ kind }) => kind === 'proposal') : undefined,
    keyOf: ({ proposalId }) => proposalId,
    read: (signal) =>
      client.workspace(workspaceId, { owner }).proposals.list({ ...given({ state }), signal }),
  }));
  const verbs = useProposalVerbs(workspaceId, owner);
  return useMemo(() => ({ ...list, ...verbs }), [list, verbs]);
}

/** One proposal, with what it comes to now, kept up to date with its panels. */
export function useProposal(
  workspaceId: string,
  proposalId: string,
  { owner, live = true }: Owned & Following = {},
): Value<ProposalWithPreview> {
  const client = useNexus();
  return useValue(['proposal', owner ?? null, workspaceId, proposalId, live], (stores) => ({
    watch: live ? renewal(stores, { owner, workspaceId }, concerns(proposalId)) : undefined,
    read: (signal) => client.workspace(workspaceId, { owner }).proposals.get(proposalId, { signal }),
  }));
}

/** What another preview may come of. */
const concerns = (proposalId: string) => (event: WorkspaceEvent) =>
  event.kind === 'change' || (event.kind === 'proposal' && event.proposalId === proposalId);

function useProposalVerbs(workspaceId: string, owner: string | undefined): ProposalVerbs {
  const client = useNexus();
  return useMemo(() => {
    const { proposals } = client.workspace(workspaceId, { owner });
    const told = refreshesAfter(client, workspaceId, ['proposals', 'proposal']);
    return {
      create: (...given) => told(proposals.create(...given)),
      approve: (...given) => told(proposals.approve(...given)),
      reject: (...given) => told(proposals.reject(...given)),
      withdraw: (...given) => told(proposals.withdraw(...given)),
    };
  }, [client, workspaceId, owner]);
}

import { type Companion, type WorkspaceKey, isBehindPosition } from '../panels/model';
import { type ClosingProposal, type Proposal, type ProposalKey, proposalAt } from '../proposals/model';
import type { ProposalQuery, ProposalStore } from '../proposals/ports';

/** Proposals in memory: for tests. */
export class MemoryProposalStore implements ProposalStore {
  readonly #proposals = new Map<string, Proposal>();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {}

  async open(workspace: WorkspaceKey, proposal: Proposal): Promise<void> {
    this.keep(workspace, proposal);
  }

  /** The same at once. */
  keep({ owner, workspaceId }: WorkspaceKey, proposal: Proposal): void {
    const workspace = { owner, workspaceId };
    const text = textOf({ ...workspace, proposalId: proposal.proposalId });
    if (!this.#proposals.has(text)) this.#proposals.set(text, proposal);
  }

  async read(key: ProposalKey): Promise<Proposal | undefined> {
    const proposal = this.#proposals.get(textOf(key));
    return proposal && proposalAt(proposal, this.now());
  }

  async list(workspace: WorkspaceKey, { state, limit, after }: ProposalQuery): Promise<readonly Proposal[]> {
    return [...this.#proposals]
      .filter(([text]) => text.startsWith(textOf({ ...workspace, proposalId: '' })))
      .map(([, proposal]) => proposalAt(proposal, this.now()))
      .filter((proposal) => state === undefined || proposal.state === state)
      .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
      .filter(({ proposedAt, proposalId }) => isBehindPosition({ at: proposedAt, id: proposalId }, after))
      .slice(0, limit);
  }

  async close(key: ProposalKey, closing: ClosingProposal): Promise<boolean> {
    return this.#close(key, closing);
  }

  /** Whether a proposal can be closed. */
  isOpen({ owner, workspaceId }: WorkspaceKey, proposalId: string): boolean {
    const proposal = this.#proposals.get(textOf({ owner, workspaceId, proposalId }));
    return proposal !== undefined && proposalAt(proposal, this.now()).state === 'open';
  }

  /** Closes a proposal that is approved. */
  approve({
    workspace,
    proposalId,
    closedBy,
    comment,
  }: Extract<Companion, { kind: 'approve-proposal' }>): void {
    this.#close({ ...workspace, proposalId }, { state: 'approved', closedBy, comment: comment ?? undefined });
  }

  #close(key: ProposalKey, closing: Pick<Proposal, 'state' | 'closedBy' | 'comment'>): boolean {
    const proposal = this.#proposals.get(textOf(key));
    if (!proposal || !this.isOpen(key, key.proposalId)) return false;
    this.#proposals.set(textOf(key), { ...proposal, ...closing, closedAt: this.now().toISOString() });
    return true;
  }
}

function placeOf({ proposedAt, proposalId }: Proposal): string {
  return `${proposedAt} ${proposalId}`;
}

function textOf({ owner, workspaceId, proposalId }: ProposalKey): string {
  return `${workspaceId}/${owner}\n${proposalId}`;
}

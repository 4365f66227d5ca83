import { Pages } from '../http/pages';
import type {
  Approval,
  ApprovalRule,
  NewProposal,
  Proposal,
  ProposalApproved,
  ProposalMade,
  ProposalState,
  ProposalWithPreview,
} from './proposal-answers';
import type { Abortable, Fenced, WorkspaceRoutes } from './workspace-routes';

/** Changes that wait for a person. */
export class Proposals {
  readonly #routes: WorkspaceRoutes;

  constructor(routes: WorkspaceRoutes) {
    this.#routes = routes;
  }

  /** Those in a state, or all of them; newest first. */
  list({ state, signal }: Abortable & { readonly state?: ProposalState } = {}): Pages<Proposal> {
    return new Pages(async ({ limit, cursor }) => {
      const { body } = await this.#routes.read(this.#path(), { state, limit, cursor }, { signal });
      const { proposals, nextCursor } = body as { proposals: Proposal[]; nextCursor: string | null };
      return { items: proposals, nextCursor };
    });
  }

  /**
   * One of them, with what it comes to for each panel, and the conflicts, as the panels are now.
   * @throws NotFoundError
   */
  async get(proposalId: string, { signal }: Abortable = {}): Promise<ProposalWithPreview> {
    return (await this.#routes.read(this.#path(proposalId), {}, { signal })).body as ProposalWithPreview;
  }

  /** Proposes changes. */
  async create(proposal: NewProposal, { signal }: Abortable = {}): Promise<ProposalMade> {
    return (await this.#write([], proposal, signal)) as ProposalMade;
  }

  /**
   * Applies a proposal as one transaction, merged over what came since.
   * @throws MergeConflictError where a conflict is left that no resolution settles; the proposal stays open
   */
  async approve(
    proposalId: string,
    { signal, lock, ...approval }: Approval & Fenced = {},
  ): Promise<ProposalApproved> {
    const path = this.#path(proposalId, 'approve');
    return (await this.#routes.write('POST', path, approval, { signal, lock })).body as ProposalApproved;
  }

  /** Closes a proposal without applying it. */
  async reject(proposalId: string, reason: string, { signal }: Abortable = {}): Promise<Proposal> {
    return (await this.#write([proposalId, 'reject'], { reason }, signal)) as Proposal;
  }

  /** Takes an own proposal back. */
  async withdraw(proposalId: string, { signal }: Abortable = {}): Promise<Proposal> {
    return (await this.#write([proposalId, 'withdraw'], undefined, signal)) as Proposal;
  }

  /** The rules by which changes become proposals; none at first. */
  async rules({ signal }: Abortable = {}): Promise<readonly ApprovalRule[]> {
    return (await this.#routes.read(this.#rulesPath(), {}, { signal })).body as ApprovalRule[];
  }

  /** Sets the rules; every process goes by them then. It needs the role `admin`. */
  async setRules(
    rules: readonly ApprovalRule[],
    { signal }: Abortable = {},
  ): Promise<readonly ApprovalRule[]> {
    return (await this.#routes.write('PUT', this.#rulesPath(), rules, { signal })).body as ApprovalRule[];
  }

  #rulesPath(): string {
    return this.#routes.path('workspaces', 'approval-rules');
  }

  async #write(rest: readonly string[], body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    return (await this.#routes.write('POST', this.#path(...rest), body, { signal })).body;
  }

  #path(...rest: readonly string[]): string {
    return this.#routes.path('state', 'proposals', ...rest);
  }
}

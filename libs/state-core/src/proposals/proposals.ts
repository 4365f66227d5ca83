import { randomUUID } from 'node:crypto';
import { ValidationFailed } from '@nexus-state/documents';
import {
  LockLost,
  MergeConflict,
  NotYourProposal,
  ProposalClosed,
  ProposalNotFound,
  TransactionContention,
} from '../errors';
import type { FencedLock } from '../locks/model';
import type { FencingTokens } from '../locks/ports';
import { requireNewest } from '../locks/require-newest';
import { announceEvent, announcing } from '../panels/announce-changes';
import { type BulkChangePorts, type TransactedPanel, announceTogether } from '../panels/edit';
import { type ChangeOrigin, type WorkspaceKey, cutPage, panelKey, readPageCursor } from '../panels/model';
import type { HistoryPorts } from '../panels/read-version';
import type { SnapshotTriggers } from '../snapshots';
import { type Role, type VisiblePanels, roles } from '../workspaces/access';
import type { Approval } from './approval';
import {
  type Approvers,
  type ClosingProposal,
  type Proposal,
  type ProposalState,
  type Propose,
  type Resolution,
  chosenPart,
  maxProposalSeconds,
  operationCount,
} from './model';
import { type PlannedPanel, planProposal, plannedChanges } from './plan-proposal';
import type { ProposalStore } from './ports';

/** What proposals need. */
export type ProposalsPorts = BulkChangePorts &
  HistoryPorts & {
    readonly proposals: ProposalStore;
    readonly approval: Pick<Approval, 'rulesOver'>;
    readonly fencing: Pick<FencingTokens, 'newest'>;
    readonly triggers: Pick<SnapshotTriggers, 'changed' | 'before'>;
  };

/** Who asks for something about a proposal. */
export interface ProposalAsker {
  readonly workspace: WorkspaceKey;
  /** A token's `sub`. */
  readonly actor: string;
  readonly role: Role;
  readonly visible: VisiblePanels;
}

/** How an approver approves. */
export interface Approving {
  /** The numbers of the operations that are approved; all where not said. */
  readonly operations?: readonly number[] | undefined;
  readonly resolutions?: readonly Resolution[] | undefined;
  readonly comment?: string | undefined;
  /** The lock that it is done under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
}

/** What an approval came to. */
export interface Approved {
  readonly proposalId: string;
  readonly revision: number;
  /** The panels that were changed. */
  readonly panels: readonly TransactedPanel[];
}

const attempts = 10;
/** How many operations a proposal may have. */
const maxOperations = 10_000;

/** The use cases of proposals: what a door calls. */
export class Proposals {
  constructor(private readonly ports: ProposalsPorts) {}

  /**
   * Keeps a change that waits for approval.
   * @throws ValidationFailed; PatchFailed, VersionConflict, StateTooLarge, StateTooDeep, UnsupportedValue where it could not be made
   *   now either; Unavailable
   */
  async propose(command: Propose): Promise<Proposal> {
    const { workspace, changes } = command;
    const { owner, workspaceId } = workspace;
    for (const { panelId } of changes) panelKey(owner, workspaceId, panelId);
    const count = operationCount(changes);
    if (count === 0 || count > maxOperations)
      throw new ValidationFailed([
        { pointer: '/changes', message: `must hold 1–${maxOperations} operations` },
      ]);
    const planned = await planProposal(workspace, changes, [], this.ports);
    // What could not be made now is refused now.
    plannedChanges(workspace, planned, command.origin, this.ports.limits);
    return this.keep(command);
  }

  /** Keeps a change that waits for approval, and announces it; it is not looked at. @throws Unavailable */
  async keep(command: Propose): Promise<Proposal> {
    const { owner, workspaceId } = command.workspace;
    const workspace = { owner, workspaceId };
    const proposal = newProposal(command, new Date());
    await this.ports.proposals.open(workspace, proposal);
    await this.#announce('proposal_opened', workspace, proposal);
    return proposal;
  }

  /** The proposals of a workspace that the caller can see, newest first. @throws ValidationFailed, Unavailable */
  async list(
    { workspace, visible }: Pick<ProposalAsker, 'workspace' | 'visible'>,
    {
      state,
      cursor,
      limit,
    }: { state?: ProposalState | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ readonly proposals: readonly Proposal[]; readonly nextCursor: string | null }> {
    const after = cursor === undefined ? undefined : readPageCursor(cursor);
    const found = await this.ports.proposals.list(workspace, { state, limit: limit + 1, after });
    const { page, nextCursor } = cutPage(found, limit, ({ proposedAt, proposalId }) => ({
      at: proposedAt,
      id: proposalId,
    }));
    return { proposals: page.filter((proposal) => isVisible(proposal, visible)), nextCursor };
  }

  /** A proposal, and what it comes to now. @throws ProposalNotFound, Unavailable */
  async read(
    asker: Pick<ProposalAsker, 'workspace' | 'visible'>,
    proposalId: string,
  ): Promise<{ readonly proposal: Proposal; readonly panels: readonly PlannedPanel[] }> {
    const proposal = await this.#find(asker, proposalId);
    return { proposal, panels: await planProposal(asker.workspace, proposal.changes, [], this.ports) };
  }

  /**
   * Makes the changes of a proposal, or the chosen ones, in one transaction, merged over everything since.
   * @throws ProposalNotFound, ProposalClosed; NotYourProposal where the caller proposed it, or is none of the approvers that a rule over
   *   these changes names; MergeConflict where no resolution settles a conflict: it stays open; ValidationFailed, PatchFailed,
   *   StateTooLarge, LockLost, TransactionContention, Unavailable
   */
  async approve(asker: ProposalAsker, proposalId: string, approving: Approving): Promise<Approved> {
    const { workspace, actor } = asker;
    const proposal = await this.#find(asker, proposalId);
    requireApprover(asker, proposal);
    const { operations, resolutions = [], comment = null, lock } = approving;
    await requireNewest(lock, this.ports.fencing);
    const changes = chosenPart(proposal.changes, operations);
    const origin = originOfApproved(proposal, actor);
    const companion = { kind: 'approve-proposal', workspace, proposalId, closedBy: actor, comment } as const;
    const { store, limits, mutexes, triggers, approval } = this.ports;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const announce = announcing(this.ports);
      const planned = await planProposal(workspace, changes, resolutions, this.ports);
      const open = planned.find(({ conflicts }) => conflicts.length > 0);
      if (open) throw conflictOf(open, proposal);
      const written = plannedChanges(workspace, planned, origin, limits);
      const batch = written.map((pending) => pending.toAppend());
      // Also what nobody held back, such as a change that was proposed at once, is approved by whom the rules name.
      for (const append of batch)
        for (const { approvers } of await approval.rulesOver(append))
          requireAmong(asker, proposalId, approvers);
      if (written.some(({ current }) => current?.deleted))
        await triggers.before('deletion', workspace, actor);
      const outcome = await mutexes.take(
        written.map(({ key }) => key),
        () => store.appendTogether(batch, [], undefined, lock, { companion }),
      );
      if (outcome.outcome === 'lock-lost') throw new LockLost(lock?.name ?? '', lock?.fencingToken);
      if (outcome.outcome === 'proposal-closed') throw new ProposalClosed(proposalId);
      if (outcome.outcome !== 'appended') continue;
      await announceTogether({ written, appended: outcome, announce });
      await this.#announce('proposal_closed', workspace, { ...proposal, state: 'approved' });
      const panels = written.map(({ key, current }) => ({
        panelId: key.panelId,
        version: current?.version ?? 0,
      }));
      return { proposalId, revision: outcome.revision, panels };
    }
    throw new TransactionContention(attempts);
  }

  /** Closes a proposal without its changes. @throws ProposalNotFound, ProposalClosed; NotYourProposal; Unavailable */
  async reject(asker: ProposalAsker, proposalId: string, reason: string): Promise<Proposal> {
    const proposal = await this.#find(asker, proposalId);
    requireApprover(asker, proposal);
    return this.#close(asker, proposal, { state: 'rejected', closedBy: asker.actor, comment: reason });
  }

  /** Takes a proposal back. @throws ProposalNotFound, ProposalClosed; NotYourProposal where another proposed it; Unavailable */
  async withdraw(asker: ProposalAsker, proposalId: string): Promise<Proposal> {
    const proposal = await this.#find(asker, proposalId);
    if (proposal.origin.actor !== asker.actor)
      throw new NotYourProposal(
        proposalId,
        `Only its author can withdraw proposal "${proposalId}". Reject it.`,
      );
    return this.#close(asker, proposal, { state: 'withdrawn', closedBy: asker.actor, comment: undefined });
  }

  async #close(
    { workspace }: ProposalAsker,
    { proposalId }: Proposal,
    closing: ClosingProposal,
  ): Promise<Proposal> {
    const key = { ...workspace, proposalId };
    if (!(await this.ports.proposals.close(key, closing)))
      throw new ProposalClosed(proposalId, (await this.ports.proposals.read(key))?.state);
    const closed = await this.ports.proposals.read(key);
    if (!closed) throw new ProposalNotFound(proposalId);
    await this.#announce('proposal_closed', workspace, closed);
    return closed;
  }

  async #find({ workspace, visible }: Pick<ProposalAsker, 'workspace' | 'visible'>, proposalId: string) {
    const proposal = await this.ports.proposals.read({ ...workspace, proposalId });
    if (!proposal || !isVisible(proposal, visible)) throw new ProposalNotFound(proposalId);
    return proposal;
  }

  async #announce(
    kind: 'proposal_opened' | 'proposal_closed',
    { owner, workspaceId }: WorkspaceKey,
    { proposalId, state, title }: Proposal,
  ): Promise<void> {
    const at = new Date().toISOString();
    const proposal = { workspace: { owner, workspaceId }, proposalId, state, title, at };
    await announceEvent({ kind, proposal }, this.ports);
  }
}

function newProposal(command: Propose, now: Date): Proposal {
  const { title, reason, changes, origin, expiresInSeconds, approvers, proposalId = randomUUID() } = command;
  const waits = expiresInSeconds === undefined ? undefined : Math.min(expiresInSeconds, maxProposalSeconds);
  return {
    ...{ proposalId, title, reason: reason ?? null, state: 'open', changes, origin, approvers },
    proposedAt: now.toISOString(),
    expiresAt: waits === undefined ? undefined : new Date(now.getTime() + waits * 1000).toISOString(),
    ...{ closedBy: undefined, closedAt: undefined, comment: undefined },
  };
}

/** Its turn is left out: what was approved is not taken back with that. */
function originOfApproved({ proposalId, origin }: Proposal, approvedBy: string): ChangeOrigin {
  const { turnId: _, ...about } = origin.about ?? {};
  return { ...origin, triggerSource: `proposal:${proposalId}`, about: { ...about, proposalId, approvedBy } };
}

/** @throws ProposalClosed, NotYourProposal */
function requireApprover(asker: ProposalAsker, proposal: Proposal): void {
  const { proposalId, origin, approvers, state } = proposal;
  if (origin.actor === asker.actor)
    throw new NotYourProposal(proposalId, `Nobody decides on their own proposal, such as "${proposalId}".`);
  requireAmong(asker, proposalId, approvers);
  if (state !== 'open') throw new ProposalClosed(proposalId, state);
}

/** @throws NotYourProposal */
function requireAmong(
  { actor, role }: ProposalAsker,
  proposalId: string,
  approvers: Approvers | undefined,
): void {
  if (approvers?.users && !approvers.users.includes(actor))
    throw new NotYourProposal(
      proposalId,
      `An approval rule names others who decide on proposal "${proposalId}".`,
    );
  if (approvers?.role && roles.indexOf(role) < roles.indexOf(approvers.role))
    throw new NotYourProposal(
      proposalId,
      `Deciding on proposal "${proposalId}" needs the role "${approvers.role}".`,
    );
}

function conflictOf({ panelId, version, conflicts }: PlannedPanel, { changes }: Proposal): MergeConflict {
  const base = changes.find((change) => change.panelId === panelId)?.version ?? 0;
  return new MergeConflict(panelId, base, version, conflicts);
}

function isVisible({ changes }: Pick<Proposal, 'changes'>, visible: VisiblePanels): boolean {
  return changes.every(({ panelId }) => visible.includes(panelId));
}

import type { ChangeOrigin, HeldBack, LeftOut, ProposedChange, WorkspaceKey } from '../../panels/model';
import type { Role } from '../../workspaces/access';

export type { ProposedChange };

/** Where a proposal is. One that is not closed in its time has expired. */
export const proposalStates = ['open', 'approved', 'rejected', 'withdrawn', 'expired'] as const;
export type ProposalState = (typeof proposalStates)[number];

/** How long a proposal may wait, in seconds: 90 days. */
export const maxProposalSeconds = 90 * 24 * 3600;

/** Who may approve what a rule holds back: whoever has a role, or some users. */
export type Approvers =
  | { readonly role: Exclude<Role, 'viewer'>; readonly users?: undefined }
  | { readonly users: readonly string[]; readonly role?: undefined };

/** A change that waits for a person. */
export interface Proposal {
  readonly proposalId: string;
  readonly title: string;
  readonly reason: string | null;
  readonly state: ProposalState;
  readonly changes: readonly ProposedChange[];
  /** Who proposes, and how it came to be. */
  readonly origin: ChangeOrigin;
  /** Who may approve it; whoever may write, where not said. */
  readonly approvers: Approvers | undefined;
  /** RFC 3339, UTC, milliseconds, as all instants of a proposal. */
  readonly proposedAt: string;
  /** Undefined for one that waits without end. */
  readonly expiresAt: string | undefined;
  /** A token's `sub`; undefined while it is open, and where its time has passed. */
  readonly closedBy: string | undefined;
  readonly closedAt: string | undefined;
  readonly comment: string | undefined;
}

/** Which proposal of which workspace. */
export interface ProposalKey extends WorkspaceKey {
  readonly proposalId: string;
}

/** A change to be proposed. */
export interface Propose {
  readonly workspace: WorkspaceKey;
  readonly title: string;
  readonly reason?: string | undefined;
  readonly changes: readonly ProposedChange[];
  readonly origin: ChangeOrigin;
  readonly expiresInSeconds?: number | undefined;
  readonly approvers?: Approvers | undefined;
  /** What it is called; a new one where not given. Under the same id it is the same proposal. */
  readonly proposalId?: string | undefined;
}

/** How a proposal ends. */
export interface ClosingProposal {
  readonly state: Extract<ProposalState, 'rejected' | 'withdrawn'>;
  readonly closedBy: string;
  readonly comment: string | undefined;
}

/** A proposal as it is at an instant: one whose time has passed has expired then. */
export function proposalAt(proposal: Proposal, now: Date): Proposal {
  const { state, expiresAt } = proposal;
  if (state !== 'open' || expiresAt === undefined || Date.parse(expiresAt) > now.getTime()) return proposal;
  return { ...proposal, state: 'expired', closedAt: expiresAt };
}

/** The proposal of what a change of a panel leaves out. */
export function proposalOf(panelId: string, { version, patches, ...stub }: LeftOut): Proposal {
  return proposalHeld({ ...stub, changes: [{ panelId, version, patches }], approvers: undefined });
}

/** The proposal of what an approval rule holds back. */
export function proposalHeld({ approvers, ...held }: HeldBack): Proposal {
  return {
    ...held,
    approvers: approvers as Approvers | undefined,
    ...{ state: 'open', expiresAt: undefined },
    ...{ closedBy: undefined, closedAt: undefined, comment: undefined },
  };
}

import type { Conflict, JsonPatch, JsonValue, PatchRequest } from '@nexus-state/documents';
import type { Provenance } from './turn-answers';

/** What a proposal is: `open` waits for a person. */
export type ProposalState = 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired';

/**
 * What a proposal would do to one panel: patch it, replace its state, or delete it. `version` is the one that its author saw; 0
 * where there was no panel.
 */
export type ProposedChange = { readonly panelId: string; readonly version: number } & (
  { readonly patches: PatchRequest } | { readonly state: object } | { readonly delete: true }
);

/** A proposal to make. */
export interface NewProposal {
  readonly title: string;
  readonly reason?: string;
  readonly changes: readonly ProposedChange[];
  readonly expiresInSeconds?: number;
  /** `user`, `ai`, `system`, or a word of your own. */
  readonly triggeredBy?: string;
  /** The turn that it belongs to; see `workspace.turns`. */
  readonly turnId?: string;
  readonly provenance?: Provenance;
}

/** A proposal that was made. */
export interface ProposalMade {
  readonly proposalId: string;
  readonly state: 'open';
}

/** A change that waits for a person, or did. */
export interface Proposal {
  readonly proposalId: string;
  readonly state: ProposalState;
  readonly title: string;
  readonly reason?: string;
  readonly changes: readonly ProposedChange[];
  /** The `sub` of who made it. */
  readonly proposedBy: string;
  readonly triggeredBy: string;
  readonly proposedAt: string;
  readonly expiresAt?: string;
  readonly turnId?: string;
  readonly closedBy?: string;
  readonly closedAt?: string;
  readonly comment?: string;
  readonly provenance?: Provenance;
}

/** What a proposal comes to for one panel, as it is now. */
export interface ProposalPreview {
  readonly panelId: string;
  readonly version: number;
  readonly patch: JsonPatch;
  readonly conflicts: readonly Conflict[];
}

/** A proposal, and what it comes to. */
export interface ProposalWithPreview extends Proposal {
  readonly preview: { readonly panels: readonly ProposalPreview[] };
}

/** Settles a conflict: the value that is to be there; without one it is removed. */
export interface Resolution {
  readonly panelId: string;
  readonly path: string;
  readonly value?: JsonValue;
}

/** How to approve. */
export interface Approval {
  /** The operations of all changes to apply, numbered from 0 in their order; all where not given. */
  readonly operations?: readonly number[];
  readonly resolutions?: readonly Resolution[];
  readonly comment?: string;
}

/** A proposal that was approved. */
export interface ProposalApproved {
  readonly proposalId: string;
  readonly revision: number;
  readonly panels: readonly { readonly panelId: string; readonly version: number }[];
}

/** A rule: changes that match everything in `when` become proposals. */
export interface ApprovalRule {
  readonly when: {
    readonly triggeredBy?: string;
    /** The `sub` of a token. */
    readonly actor?: string;
    /** Ids of panels, in which `*` stands for any characters. */
    readonly panels?: readonly string[];
    /** JSON Pointers, in which `*` is one token and `**` any number. */
    readonly pointers?: readonly string[];
  };
  readonly need: 'proposal';
  /** Who decides: whoever has the role, or these users; whoever may write where not said. */
  readonly approvers?: {
    readonly role?: 'editor' | 'admin' | 'owner';
    readonly users?: readonly string[];
  };
}

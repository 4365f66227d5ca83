import { CoreError } from './core-error';

/** No such proposal of the workspace, or none that the caller may see. */
export class ProposalNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(proposalId: string) {
    super(`There is no proposal "${proposalId}" of this workspace.`, { proposalId });
  }
}

/** An approval, rejection or withdrawal of a proposal that is not open. */
export class ProposalClosed extends CoreError {
  readonly code = 'proposal_closed';
  /** @param state where the proposal is, if that is known */
  constructor(proposalId: string, state = 'closed') {
    super(`Proposal "${proposalId}" is ${state}. Nothing was changed.`, { proposalId, state });
  }
}

/** A caller who may see a proposal, and not do this with it. */
export class NotYourProposal extends CoreError {
  readonly code = 'forbidden';
  /** @param message what is not allowed, and who may do it */
  constructor(proposalId: string, message: string) {
    super(message, { proposalId });
  }
}

/** A change that an approval rule holds back. Use cases make a proposal of it; what cannot become one is refused. */
export class NeedsApproval extends CoreError {
  readonly code = 'forbidden';
  /** @param approvers who may approve it, as the rule says */
  constructor(
    panelId: string,
    readonly approvers?: unknown,
  ) {
    super(`An approval rule of the workspace holds this change of panel "${panelId}" back.`, { panelId });
  }
}

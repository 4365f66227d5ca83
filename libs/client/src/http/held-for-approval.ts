import { NexusError } from './problem';

/**
 * A rule of the workspace holds the change back: it waits as a proposal, and is made once somebody approves it. The service has
 * accepted the request (202), but there is no new version.
 */
export class HeldForApprovalError extends NexusError {
  /** @param proposalId the proposal that the change waits in; see `workspace.proposals` */
  constructor(
    readonly proposalId: string,
    requestId?: string,
  ) {
    const message = `A rule of the workspace asks for approval: the change waits in proposal "${proposalId}", and is made once that is approved.`;
    super({ error: 'held_for_approval', status: 202, message, proposalId }, requestId);
  }
}

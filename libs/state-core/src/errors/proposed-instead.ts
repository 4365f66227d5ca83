/**
 * Thrown in place of the result of a change that became a proposal. It is no refusal: doors answer that the change was taken, and waits
 * for approval.
 */
export class ProposedInstead extends Error {
  /**
   * @param workspace the workspace of the proposal
   * @param proposalId the proposal
   */
  constructor(
    readonly workspace: { readonly owner: string; readonly workspaceId: string },
    readonly proposalId: string,
  ) {
    super(`The change waits for approval as proposal "${proposalId}".`);
  }
}

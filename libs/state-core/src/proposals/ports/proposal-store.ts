import type { PagePosition, WorkspaceKey } from '../../panels/model';
import type { ClosingProposal, Proposal, ProposalKey, ProposalState } from '../model';

/** Which proposals to list. */
export interface ProposalQuery {
  readonly state?: ProposalState | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Only those behind this place in the list. */
  readonly after?: PagePosition | undefined;
}

/**
 * The proposals of workspaces. What is open is seen by the clock of the store: once its time has passed, a proposal is given out as
 * expired. One is approved together with the changes that it comes to (`Companion`). Methods throw `Unavailable` when the store
 * cannot be reached.
 */
export interface ProposalStore {
  /** Keeps a new proposal. One that is there already, by its id, stays as it is. */
  open(workspace: WorkspaceKey, proposal: Proposal): Promise<void>;

  /** One proposal, or undefined. */
  read(key: ProposalKey): Promise<Proposal | undefined>;

  /** The proposals of a workspace, newest first; equal instants by id, the greater one first. */
  list(workspace: WorkspaceKey, query: ProposalQuery): Promise<readonly Proposal[]>;

  /** Closes a proposal that is not approved, where it is open. @returns whether it was */
  close(key: ProposalKey, closing: ClosingProposal): Promise<boolean>;
}

import type { WorkspaceKey } from '../../panels/model';

/** What a push came to. */
export type PushOutcome =
  | { readonly outcome: 'pushed'; readonly commitHash: string }
  /** There is nothing to push yet, or no remote is configured. */
  | { readonly outcome: 'nothing-to-push' };

/**
 * Puts work on the queue that a repository needs beside its commits. Methods throw `Unavailable` when the queue cannot
 * be reached or does not answer in time.
 */
export interface UpkeepQueue {
  /**
   * Has the branch of a workspace pushed to its remote. Requests that wait are one job; one that comes while a push is
   * under way is another push after it.
   * @returns the id of the job
   */
  requestPush(workspace: WorkspaceKey): Promise<string>;

  /** Has a workspace's repository maintained some time from now; requests until then are one job. */
  requestMaintenance(workspace: WorkspaceKey): Promise<void>;
}

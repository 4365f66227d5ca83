import type { WorkspaceKey } from '../../panels/model';

/** Where it is asked that the texts of workspaces get their vectors before anybody searches. */
export interface EmbeddingQueue {
  /**
   * Has the texts of a workspace embedded a moment from now. Requests until then are one job; one that comes while the job is under
   * way is another job after it.
   * @throws Unavailable when the queue cannot be reached or does not answer in time
   */
  request(workspace: WorkspaceKey): Promise<void>;
}

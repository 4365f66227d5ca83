import type { WorkspaceKey } from '../../panels/model';

/** The exclusive right to write a workspace's repository, over all processes. */
export interface WorkspaceLock {
  /**
   * Waits for the right, does the work and gives the right back; it is given back by itself when the process dies.
   * @param work gets a signal that fires when the right is lost in the middle of it (say, the database went away):
   * it must stop then, because another process may have begun
   * @throws Unavailable when the right is not free in time, or cannot be asked for
   */
  hold<T>(workspace: WorkspaceKey, work: (lost: AbortSignal) => Promise<T>): Promise<T>;
}

import type { Change, WorkspaceKey } from '../panel';

/** Hears the changes of a workspace as they are published: possibly late, twice, out of order, or not at all. */
export type UpdateListener = (change: Change) => void;

/**
 * Carries accepted changes between processes. Only a hint: history is what happened, and who misses something
 * reads it there. Methods throw `Unavailable` when the bus cannot be reached.
 */
export interface UpdateBus {
  /** Tells every listener of the change's workspace. */
  publish(change: Change): Promise<void>;

  /**
   * Listens to one workspace.
   * @returns a function that stops listening; calling it twice is harmless
   */
  subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>>;
}

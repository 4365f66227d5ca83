import type { Change, WorkspaceKey } from '../panels/model';
import type { WorkspaceEvent } from '../workspaces';

/** Hears the changes of a workspace as they are published: possibly late, twice, out of order, or not at all. */
export interface UpdateListener {
  /** A change was published. */
  heard(change: Change): void;

  /** Something happened to the workspace as a whole. Nobody repairs it when this is not heard. */
  told(event: WorkspaceEvent): void;

  /** Changes may have been published that were not heard, for the bus was away: time to look at history. */
  missed(): void;
}

/**
 * Carries accepted changes between processes. Only a hint: history is what happened, and who misses something
 * reads it there. Methods throw `Unavailable` when the bus cannot be reached.
 */
export interface UpdateBus {
  /** Tells every listener of the change's workspace. */
  publish(change: Change): Promise<void>;

  /** Tells every listener of the event's workspace. */
  announce(event: WorkspaceEvent): Promise<void>;

  /**
   * Listens to one workspace: hears what is published after this has answered. A bus that is just connecting is
   * waited for, a few seconds at most. A listener that throws hurts nobody but itself.
   * @returns a function that stops listening; calling it twice is harmless
   */
  subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>>;
}

import type { WorkspaceKey } from '../../panels/model';
import type { ListPosition, Snapshot } from '../model';

/** Which snapshots to list. */
export interface SnapshotQuery {
  /** At most so many. */
  readonly limit: number;
  /** Only those that come behind this place in the list. */
  readonly after?: ListPosition | undefined;
}

/**
 * Which snapshots there are; their panels are in the repository.
 * Methods throw `Unavailable` when the store cannot be reached or does not answer in time.
 */
export interface SnapshotStore {
  /** Adds a snapshot. One that is there already, by its id, stays as it is. */
  add(snapshot: Snapshot): Promise<void>;

  /** One snapshot of a workspace, or undefined. */
  read(workspace: WorkspaceKey, snapshotId: string): Promise<Snapshot | undefined>;

  /** The snapshots of a workspace, newest first; equal instants by id, the greater one first. */
  list(workspace: WorkspaceKey, query: SnapshotQuery): Promise<readonly Snapshot[]>;
}

import type { WorkspaceKey } from '../panels/model';
import type { SnapshotQuery, SnapshotStore } from '../snapshots/ports';
import type { ListPosition, Snapshot } from '../snapshots/model';

/** The list of snapshots in memory: for tests. */
export class MemorySnapshotStore implements SnapshotStore {
  #snapshots: Snapshot[] = [];

  async add(snapshot: Snapshot): Promise<void> {
    if (!(await this.read(snapshot.workspace, snapshot.snapshotId))) this.#snapshots.push(snapshot);
  }

  async read(workspace: WorkspaceKey, snapshotId: string): Promise<Snapshot | undefined> {
    return this.#of(workspace).find((snapshot) => snapshot.snapshotId === snapshotId);
  }

  async list(workspace: WorkspaceKey, { limit, after }: SnapshotQuery): Promise<readonly Snapshot[]> {
    const newestFirst = this.#of(workspace).sort((a, b) => (orderOf(a) > orderOf(b) ? -1 : 1));
    const behind = after ? newestFirst.filter((snapshot) => orderOf(snapshot) < orderOf(after)) : newestFirst;
    return behind.slice(0, limit);
  }

  /** The snapshots of all workspaces, in no particular order. */
  all(): readonly Snapshot[] {
    return this.#snapshots;
  }

  /** Takes snapshots off the list. */
  remove(removed: ReadonlySet<Snapshot>): void {
    this.#snapshots = this.#snapshots.filter((snapshot) => !removed.has(snapshot));
  }

  #of({ owner, workspaceId }: WorkspaceKey): Snapshot[] {
    return this.#snapshots.filter(
      ({ workspace }) => workspace.owner === owner && workspace.workspaceId === workspaceId,
    );
  }
}

/** Sorts like the instant and then the id: instants all have one width. */
function orderOf({ createdAt, snapshotId }: ListPosition): string {
  return `${createdAt} ${snapshotId}`;
}

import type { WorkspaceKey } from '../panels/model';
import type { SnapshotRetention } from '../snapshots/ports';
import { type Snapshot, type ThinningStage, autoSnapshot } from '../snapshots/model';
import type { MemorySnapshotStore } from './memory-snapshot-store';

const bucketLength = { 'one-an-hour': '2026-01-02T03'.length, 'one-a-day': '2026-01-02'.length, newest: 0 };

/** Thins out the list of snapshots in memory: for tests. */
export class MemorySnapshotRetention implements SnapshotRetention {
  #lastThinned: string | undefined;

  constructor(private readonly snapshots: MemorySnapshotStore) {}

  async lastThinned(): Promise<string | undefined> {
    return this.#lastThinned;
  }

  async thin({ from = '', to, keep }: ThinningStage, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const isMet = ({ type, createdAt }: Snapshot) =>
      type === autoSnapshot && createdAt >= from && createdAt < to;
    const bucketOf = ({ createdAt }: Snapshot) => createdAt.slice(0, bucketLength[keep]);
    const all = this.snapshots.all();
    const removed = all.filter(
      (old) =>
        isMet(old) &&
        all.some(
          (newer) =>
            isSame(old.workspace, newer.workspace) &&
            orderOf(newer) > orderOf(old) &&
            bucketOf(newer) === bucketOf(old) &&
            (keep === 'newest' || newer.type === autoSnapshot),
        ),
    );
    this.snapshots.remove(new Set(removed));
    return removed.length;
  }

  async noteThinned(at: string): Promise<void> {
    this.#lastThinned = at;
  }
}

function isSame(one: WorkspaceKey, other: WorkspaceKey): boolean {
  return one.owner === other.owner && one.workspaceId === other.workspaceId;
}

function orderOf({ createdAt, snapshotId }: Snapshot): string {
  return `${createdAt} ${snapshotId}`;
}

import type { SnapshotQueue, SnapshotStore } from '../ports';
import type { Snapshot } from '../snapshot';
import { type ListSnapshots, type SnapshotPage, listSnapshots } from './list-snapshots';
import { type RequestSnapshot, requestSnapshot } from './request-snapshot';

/** What stands behind the snapshots of a door. */
export interface SnapshotsPorts {
  readonly queue: SnapshotQueue;
  readonly snapshots: SnapshotStore;
  /** How long a request waits for a worker, in milliseconds. */
  readonly waitMs: number;
}

/** The use cases of snapshots, put together: what a door calls. Every method is one use case, described there. */
export class Snapshots {
  constructor(private readonly ports: SnapshotsPorts) {}

  request(command: Omit<RequestSnapshot, 'waitMs'>): Promise<Snapshot> {
    return requestSnapshot({ ...command, waitMs: this.ports.waitMs }, this.ports);
  }

  list(query: ListSnapshots): Promise<SnapshotPage> {
    return listSnapshots(query, this.ports);
  }
}

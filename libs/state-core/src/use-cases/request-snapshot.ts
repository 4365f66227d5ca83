import { randomUUID } from 'node:crypto';
import { SnapshotFailed, SnapshotPending } from '../errors';
import type { WorkspaceKey } from '../panel';
import type { SnapshotQueue } from '../ports';
import { type Snapshot, type SnapshotRequest, checkSnapshotRequest, manualSnapshot } from '../snapshot';

/** Asks for a snapshot and waits for it. */
export interface RequestSnapshot {
  readonly workspace: WorkspaceKey;
  /** Default: `manual`. */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly requestedBy: string;
  /** How long to wait for a worker, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Puts a snapshot on the queue and waits until a worker has taken it.
 * @returns the snapshot, durable
 * @throws ValidationFailed when type or description cannot stand in a commit message
 * @throws SnapshotPending when it is not taken in time; it goes on
 * @throws SnapshotFailed when the workers gave up
 * @throws Unavailable when the queue is away; the snapshot may still be taken
 */
export async function requestSnapshot(
  { workspace, type, description, requestedBy, waitMs }: RequestSnapshot,
  { queue }: { readonly queue: SnapshotQueue },
): Promise<Snapshot> {
  const request: SnapshotRequest = {
    workspace,
    snapshotId: randomUUID(),
    type: type ?? manualSnapshot,
    description: description || null,
    requestedBy,
  };
  checkSnapshotRequest(request);
  const jobId = await queue.request(request);
  const result = await queue.waitFor(jobId, waitMs);
  if (!result) throw new SnapshotPending(jobId, waitMs);
  if (result.outcome === 'failed') throw new SnapshotFailed(jobId, result.reason);
  return result.snapshot;
}

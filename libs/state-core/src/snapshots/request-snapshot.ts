import { randomUUID } from 'node:crypto';
import { SnapshotFailed, SnapshotPending } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import type { SnapshotQueue } from './ports';
import { type SnapshotOutcome, type SnapshotRequest, checkSnapshotRequest, manualSnapshot } from './model';

/** Asks for a snapshot. */
export interface AskForSnapshot {
  readonly workspace: WorkspaceKey;
  /** Default: `manual`. */
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly requestedBy: string;
  /** Whether it is pushed to the remote, where there is one; default: it is. */
  readonly push?: boolean | undefined;
  /** What the snapshot and its job are called, a UUID; a new one where not given. */
  readonly snapshotId?: string | undefined;
}

/** Asks for a snapshot and waits for it. */
export interface RequestSnapshot extends AskForSnapshot {
  /** How long to wait for a worker, in milliseconds. */
  readonly waitMs: number;
}

/** A snapshot that was asked for, and is durable. */
export type TakenSnapshot = Extract<SnapshotOutcome, { readonly outcome: 'taken' }>;

/**
 * Puts a snapshot on the queue and waits until a worker has taken it.
 * @returns the snapshot, durable
 * @throws ValidationFailed when type or description cannot be part of a commit message
 * @throws SnapshotPending when it is not taken in time; it goes on
 * @throws SnapshotFailed when the workers gave up
 * @throws Unavailable when the queue is away; the snapshot may still be taken
 */
export async function requestSnapshot(
  { waitMs, ...asked }: RequestSnapshot,
  ports: { readonly queue: SnapshotQueue },
): Promise<TakenSnapshot> {
  const { jobId, taken } = await startSnapshot({ ...asked, waitMs }, ports);
  if (!taken) throw new SnapshotPending(jobId, waitMs);
  return taken;
}

/** A snapshot that is under way, or was taken while its caller waited. */
export interface StartedSnapshot {
  readonly jobId: string;
  readonly taken: TakenSnapshot | undefined;
}

/**
 * Puts a snapshot on the queue, and waits for it as long as the caller likes, which may be not at all. Under the same id
 * it is the same snapshot.
 * @returns the job, and the snapshot where it was taken in time
 * @throws ValidationFailed, SnapshotFailed, Unavailable as `requestSnapshot` does
 */
export async function startSnapshot(
  { workspace, type, description, requestedBy, push = true, snapshotId, waitMs }: RequestSnapshot,
  { queue }: { readonly queue: SnapshotQueue },
): Promise<StartedSnapshot> {
  const request: SnapshotRequest = {
    workspace,
    snapshotId: snapshotId ?? randomUUID(),
    type: type ?? manualSnapshot,
    description: description || null,
    requestedBy,
    automatic: false,
    push,
  };
  checkSnapshotRequest(request);
  const jobId = await queue.request(request);
  const result = waitMs > 0 ? await queue.waitFor(jobId, waitMs) : undefined;
  if (result?.outcome === 'failed') throw new SnapshotFailed(jobId, result.reason);
  return { jobId, taken: result?.outcome === 'taken' ? result : undefined };
}

import type { WorkspaceKey } from '../../panels/model';
import type { JobProgress, JobState, SnapshotOutcome, SnapshotRequest } from '../model';
import type { PushOutcome } from './upkeep-queue';

/** What became of a requested snapshot. */
export type SnapshotJobResult =
  | SnapshotOutcome
  /** Given up, after the retries; `reason` is fit for the caller's eyes. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** A job of a workspace, as the queue has it. */
export type SnapshotJob = {
  readonly jobId: string;
  readonly workspace: WorkspaceKey;
  readonly state: JobState;
  /** In panels for a snapshot, of one for a push; 0 of 0 until it is known. */
  readonly progress: JobProgress;
  /** Why the last attempt failed, fit for the caller's eyes; a job that waits to be tried again has it, too. */
  readonly failedReason: string | undefined;
} & (
  | { readonly kind: 'snapshot'; readonly result: SnapshotOutcome | undefined }
  | { readonly kind: 'push'; readonly result: PushOutcome | undefined }
);

/**
 * Hands snapshots over to the workers. Every method throws `Unavailable` when the queue cannot be reached or does
 * not answer in time.
 */
export interface SnapshotQueue {
  /**
   * Puts a snapshot on the queue; a worker takes it, also after this process is gone. The same snapshot id again is
   * the same job. An automatic request is the job of an automatic one of the same workspace and type, where that is
   * not finished yet.
   * @returns the id of the job
   */
  request(request: SnapshotRequest): Promise<string>;

  /** Puts many snapshots on the queue, as `request` does. */
  requestAll(requests: readonly SnapshotRequest[]): Promise<void>;

  /**
   * Waits for a job to be finished.
   * @param timeoutMs how long to wait
   * @returns undefined when it is not finished by then; the job goes on
   */
  waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined>;

  /** A job of a workspace, or undefined where there is none of this id, or not any more. */
  readJob(jobId: string): Promise<SnapshotJob | undefined>;

  /** Takes back a job that no worker has begun; answers whether it could be. */
  withdraw(jobId: string): Promise<boolean>;
}

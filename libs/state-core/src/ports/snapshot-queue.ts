import type { Snapshot, SnapshotRequest } from '../snapshot';

/** What became of a requested snapshot. */
export type SnapshotJobResult =
  | { readonly outcome: 'taken'; readonly snapshot: Snapshot }
  /** Given up, after the retries; `reason` is fit for the caller's eyes. */
  | { readonly outcome: 'failed'; readonly reason: string };

/**
 * Hands snapshots over to the workers. Every method throws `Unavailable` when the queue cannot be reached or does
 * not answer in time.
 */
export interface SnapshotQueue {
  /**
   * Puts a snapshot on the queue; a worker takes it, also after this process is gone. The same snapshot id again is
   * the same job.
   * @returns the id of the job
   */
  request(request: SnapshotRequest): Promise<string>;

  /**
   * Waits for a job to be finished.
   * @param timeoutMs how long to wait
   * @returns undefined when it is not finished by then; the job goes on
   */
  waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined>;
}

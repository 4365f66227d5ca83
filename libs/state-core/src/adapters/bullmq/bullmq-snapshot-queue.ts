import { type Job, Queue, QueueEvents } from 'bullmq';
import { Unavailable } from '../../errors';
import type { SnapshotJobResult, SnapshotQueue } from '../../ports';
import type { Snapshot, SnapshotRequest } from '../../snapshot';
import { Connections, type QueueLocation, snapshotQueueName, takeSnapshotJob } from './queue-options';

/** How the queue treats its jobs. */
export interface SnapshotQueueOptions extends QueueLocation {
  /** How often a job is tried, with growing pauses between, before it is kept as failed. */
  readonly attempts?: number;
  /** How long Redis may take to answer, in milliseconds. */
  readonly timeoutMs?: number;
}

const day = 24 * 3600;
const hintRepairMs = 1_000;

/** The queue of snapshots, in Redis by BullMQ. Messages about finished jobs are hints; the jobs themselves are asked. */
export class BullmqSnapshotQueue implements SnapshotQueue {
  readonly #queue: Queue<SnapshotRequest, Snapshot>;
  readonly #events: QueueEvents;
  readonly #connections: Connections;
  readonly #timeoutMs: number;
  #closed = false;
  /** Called when a job may have been finished, by job id. */
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor({ url, prefix, onError, attempts = 5, timeoutMs = 2_000 }: SnapshotQueueOptions) {
    this.#timeoutMs = timeoutMs;
    this.#connections = new Connections(url);
    this.#queue = new Queue(snapshotQueueName, {
      prefix,
      connection: this.#connections.impatient(),
      defaultJobOptions: {
        attempts,
        backoff: { type: 'exponential', delay: 1_000 },
        removeOnComplete: { age: day, count: 1_000 },
        // Kept where an operator sees them.
        removeOnFail: { age: 30 * day, count: 10_000 },
      },
    });
    this.#events = new QueueEvents(snapshotQueueName, { prefix, connection: this.#connections.patient() });
    this.#queue.on('error', onError);
    this.#events.on('error', onError);
    this.#events.on('completed', ({ jobId }) => this.#wake(jobId));
    this.#events.on('failed', ({ jobId }) => this.#wake(jobId));
  }

  async request(request: SnapshotRequest): Promise<string> {
    const jobId = request.snapshotId;
    await this.#answered(() => this.#queue.add(takeSnapshotJob, request, { jobId }));
    return jobId;
  }

  async waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const hint = this.#hint(jobId, Math.min(hintRepairMs, end - performance.now()));
      const result = await this.#resultOf(jobId).catch(() => undefined);
      if (result || this.#closed || performance.now() >= end) {
        hint.cancel();
        return result;
      }
      await hint.arrived;
    }
  }

  /** Ends the connections. Who waits for a job is told at once that it is not finished; it goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const jobId of this.#waiting.keys()) this.#wake(jobId);
    this.#connections.end();
    await Promise.allSettled([this.#events.close(), this.#queue.close()]);
  }

  async #resultOf(jobId: string): Promise<SnapshotJobResult | undefined> {
    const job: Job<SnapshotRequest, Snapshot> | undefined = await this.#answered(() =>
      this.#queue.getJob(jobId),
    );
    if (!job?.finishedOn) return undefined;
    // Not the reason of a failure decides: it stays from an earlier attempt.
    if (job.returnvalue) return { outcome: 'taken', snapshot: job.returnvalue };
    return { outcome: 'failed', reason: job.failedReason };
  }

  /** A promise for the next message about a job, or for the time being over. */
  #hint(jobId: string, timeoutMs: number): { readonly arrived: Promise<void>; readonly cancel: () => void } {
    const wakers = this.#waiting.get(jobId) ?? new Set();
    this.#waiting.set(jobId, wakers);
    let wake: () => void = () => {};
    const arrived = new Promise<void>((resolve) => (wake = resolve));
    const timer = setTimeout(() => cancel(), Math.max(timeoutMs, 0));
    const cancel = () => {
      clearTimeout(timer);
      wakers.delete(cancel);
      if (wakers.size === 0 && this.#waiting.get(jobId) === wakers) this.#waiting.delete(jobId);
      wake();
    };
    wakers.add(cancel);
    return { arrived, cancel };
  }

  #wake(jobId: string): void {
    for (const wake of [...(this.#waiting.get(jobId) ?? [])]) wake();
  }

  /** BullMQ waits for its connection without end; a caller must not. */
  async #answered<T>(work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer in ${this.#timeoutMs} ms.`)), this.#timeoutMs);
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      throw new Unavailable('The job queue', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

import { type Job, type Queue, QueueEvents } from 'bullmq';
import type {
  PushOutcome,
  SnapshotJob,
  SnapshotJobResult,
  SnapshotQueue,
  SnapshotOutcome,
  SnapshotRequest,
} from '@nexus-state/state-core';
import { JobHints } from './job-hints';
import { jobDefaults, jobKinds, queueNames, snapshotOptions } from './job-kinds';
import { viewPush, viewSnapshot } from './job-view';
import { Connections, type QueueLocation, answered, keyPrefix, openQueue } from './queue-options';

/** How the queue treats its jobs. */
export interface SnapshotQueueOptions extends QueueLocation {
  /** How often a job is tried, with growing pauses between, before it is kept as failed. */
  readonly attempts?: number;
  /** How long Redis may take to answer, in milliseconds. */
  readonly timeoutMs?: number;
}

const hintRepairMs = 1_000;

/** The queue of snapshots, in Redis by BullMQ. Messages about finished jobs are hints; the jobs themselves are asked. */
export class BullmqSnapshotQueue implements SnapshotQueue {
  readonly #queue: Queue<SnapshotRequest, SnapshotOutcome, string>;
  readonly #pushes: Queue<unknown, PushOutcome, string>;
  readonly #events: QueueEvents;
  readonly #hints = new JobHints();
  readonly #connections: Connections;
  readonly #timeoutMs: number;
  #closed = false;

  constructor({ attempts = 5, timeoutMs = 2_000, ...location }: SnapshotQueueOptions) {
    this.#timeoutMs = timeoutMs;
    this.#connections = new Connections(location.redis);
    const connection = this.#connections.impatient();
    this.#queue = openQueue(queueNames.snapshots, location, connection, { ...jobDefaults, attempts });
    this.#pushes = openQueue(queueNames.pushes, location, connection);
    this.#events = new QueueEvents(queueNames.snapshots, {
      prefix: keyPrefix(location),
      connection: this.#connections.patient(),
    });
    this.#events.on('error', location.onError);
    this.#events.on('completed', ({ jobId }) => this.#hints.wake(jobId));
    this.#events.on('failed', ({ jobId }) => this.#hints.wake(jobId));
  }

  async request(request: SnapshotRequest): Promise<string> {
    const add = () => this.#queue.add(jobKinds.snapshot, request, snapshotOptions(request));
    const { id } = await answered(this.#timeoutMs, add);
    return id as string;
  }

  async requestAll(requests: readonly SnapshotRequest[]): Promise<void> {
    const jobs = requests.map((request) => ({
      name: jobKinds.snapshot,
      data: request,
      opts: snapshotOptions(request),
    }));
    await answered(this.#timeoutMs, () => this.#queue.addBulk(jobs));
  }

  async waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const hint = this.#hints.next(jobId, Math.min(hintRepairMs, end - performance.now()));
      const result = await this.#resultOf(jobId).catch(() => undefined);
      if (result || this.#closed || performance.now() >= end) {
        hint.cancel();
        return result;
      }
      await hint.arrived;
    }
  }

  async readJob(jobId: string): Promise<SnapshotJob | undefined> {
    return answered(this.#timeoutMs, async () => {
      const snapshot = await this.#queue.getJob(jobId);
      if (snapshot) return viewSnapshot(snapshot);
      const push = await this.#pushes.getJob(jobId);
      return push && viewPush(push);
    });
  }

  async withdraw(jobId: string): Promise<boolean> {
    return answered(this.#timeoutMs, async () => {
      const job = await this.#queue.getJob(jobId);
      if (!job || job.finishedOn || (await job.getState()) === 'active') return false;
      // A worker may take it at this instant; then it cannot be removed.
      return job.remove().then(
        () => true,
        () => false,
      );
    });
  }

  /** Ends the connections. Waiting callers learn at once that their job is not finished; it goes on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#hints.wakeAll();
    this.#connections.end();
    await Promise.allSettled([this.#events.close(), this.#queue.close(), this.#pushes.close()]);
    this.#connections.close();
  }

  async #resultOf(jobId: string): Promise<SnapshotJobResult | undefined> {
    const job: Job<SnapshotRequest, SnapshotOutcome> | undefined = await answered(this.#timeoutMs, () =>
      this.#queue.getJob(jobId),
    );
    if (!job?.finishedOn) return undefined;
    // Not the reason of a failure decides: it stays from an earlier attempt.
    return job.returnvalue ?? { outcome: 'failed', reason: job.failedReason };
  }
}

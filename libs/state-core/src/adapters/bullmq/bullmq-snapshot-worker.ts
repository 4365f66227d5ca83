import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { StateError } from '../../errors';
import type { Snapshot, SnapshotRequest } from '../../snapshot';
import { Connections, type QueueLocation, internalError, snapshotQueueName } from './queue-options';
import { readSnapshotRequest } from './snapshot-job';

/** How a worker works. */
export interface SnapshotWorkerOptions extends QueueLocation {
  /**
   * Takes a snapshot, or throws and is asked again later.
   * @param signal fires when the job has to be handed back
   */
  readonly take: (request: SnapshotRequest, signal: AbortSignal) => Promise<Snapshot>;
  /** Snapshots taken at the same time. */
  readonly concurrency?: number;
  /** How long after a worker's death its job waits before another one takes it up, in milliseconds. */
  readonly orphanedAfterMs?: number;
}

/** A job whose worker dies is taken up again so many times; then it is taken for what kills them. */
const maxDeaths = 5;

/** How long jobs may take to let go once they are told to. */
const releaseMs = 3_000;

type SnapshotJob = Job<SnapshotRequest, Snapshot>;

/** Takes snapshots off the queue. It works as soon as it is made, and waits for Redis where that is away. */
export class BullmqSnapshotWorker {
  readonly #worker: Worker<SnapshotRequest, Snapshot>;
  readonly #connections: Connections;
  readonly #take: SnapshotWorkerOptions['take'];

  constructor({
    url,
    prefix,
    onError,
    take,
    concurrency = 2,
    orphanedAfterMs = 10_000,
  }: SnapshotWorkerOptions) {
    this.#take = take;
    this.#connections = new Connections(url);
    this.#worker = new Worker(snapshotQueueName, (job, token, signal) => this.#process(job, token, signal), {
      prefix,
      connection: this.#connections.patient(),
      concurrency,
      lockDuration: orphanedAfterMs,
      stalledInterval: orphanedAfterMs / 2,
      maxStalledCount: maxDeaths,
    });
    this.#worker.on('error', onError);
  }

  /**
   * Takes no more jobs and finishes those in hand.
   * @param graceMs after so long they are interrupted and handed back to the queue, for another worker to take up
   */
  async close(graceMs: number): Promise<void> {
    this.#connections.end();
    const timer = setTimeout(() => this.#worker.cancelAllJobs('This worker is shutting down.'), graceMs);
    // Where Redis is away, BullMQ waits for it: there is nobody to hand the jobs back to then, and they are found orphaned.
    const late = sleep(graceMs + releaseMs, undefined, { ref: false });
    await Promise.race([this.#worker.close(), late]).finally(() => clearTimeout(timer));
  }

  async #process(job: SnapshotJob, token?: string, signal = new AbortController().signal): Promise<Snapshot> {
    const request = readSnapshotRequest(job.data);
    if (!request) throw new UnrecoverableError('The job is not a request for a snapshot.');
    try {
      return await this.#take(request, signal);
    } catch (error) {
      if (signal.aborted) return await handBack(job, token);
      await job.log(describe(error));
      throw new Error(error instanceof StateError ? error.message : internalError, { cause: error });
    }
  }
}

/** Puts a job back for another worker at once; the interrupted attempt does not count. */
async function handBack(job: SnapshotJob, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

/** An error with its causes, for an operator who looks at the job. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error) : `${String(error)}\ncaused by ${describe(error.cause)}`;
}

import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { StateError } from '@nexus-state/documents';
import type { JobProgress, JobRun } from '@nexus-state/state-core';
import { type QueueName, internalError, pushPauseMs } from './job-kinds';
import { Connections, type QueueLocation, keyPrefix } from './queue-options';

/** Does one job; throws to be asked again later. */
export type DoJob = (data: unknown, run: JobRun) => Promise<unknown>;

/** A job that was given up, after all its attempts. */
export interface LostJob {
  readonly queue: QueueName;
  readonly kind: string;
  readonly jobId: string | undefined;
  readonly attempts: number;
  readonly reason: string;
}

/** How a worker works. */
export interface WorkerOptions extends QueueLocation {
  readonly queue: QueueName;
  /** What to do with the jobs of each kind, by their names. */
  readonly kinds: Readonly<Record<string, DoJob>>;
  /** Jobs done at the same time. */
  readonly concurrency: number;
  /** How long after a worker's death its job waits before another one takes it up, in milliseconds. */
  readonly orphanedAfterMs?: number;
  /** Called for every job that is given up. It is kept as failed. */
  readonly onLost?: (job: LostJob) => void;
}

/**
 * A worker renews its locks every half of this. Its event loop never stops for so long, and where it did, the
 * workspace's lock keeps a second worker from writing the same repository.
 */
const defaultOrphanedAfterMs = 5_000;

/** A job whose worker dies is taken up again so many times; then it is taken for what kills them. */
const maxDeaths = 5;

/** How long jobs may take to end once they are aborted. */
const releaseMs = 3_000;

/** The least pause between two reports of a job's progress. */
const reportMs = 250;

/** Does the jobs of one queue. It works as soon as it is made, and waits for Redis where that is away. */
export class BullmqWorker {
  readonly #worker: Worker<unknown, unknown, string>;
  readonly #connections: Connections;
  readonly #kinds: WorkerOptions['kinds'];

  constructor(options: WorkerOptions) {
    const { queue, redis, onError, onLost, concurrency, telemetry } = options;
    const orphanedAfterMs = options.orphanedAfterMs ?? defaultOrphanedAfterMs;
    this.#kinds = options.kinds;
    this.#connections = new Connections(redis);
    this.#worker = new Worker(queue, (job, token, signal) => this.#process(job, token, signal), {
      prefix: keyPrefix(options),
      connection: this.#connections.patient(),
      concurrency,
      lockDuration: orphanedAfterMs,
      stalledInterval: orphanedAfterMs / 2,
      maxStalledCount: maxDeaths,
      settings: { backoffStrategy: pushPauseMs },
      ...(telemetry ? { telemetry } : {}),
    });
    this.#worker.on('error', onError);
    this.#worker.on('failed', (job, error) => {
      if (!job?.finishedOn) return;
      const { id: jobId, name: kind, attemptsMade: attempts } = job;
      onLost?.({ queue, kind, jobId, attempts, reason: error.message });
    });
  }

  /**
   * Takes no more jobs and finishes those in hand.
   * @param graceMs after so long they are interrupted and handed back to the queue, for another worker to take up
   */
  async close(graceMs: number): Promise<void> {
    this.#connections.end();
    const timer = setTimeout(() => this.#worker.cancelAllJobs('This worker is shutting down.'), graceMs);
    // Where Redis is away, BullMQ waits for it: the jobs cannot be handed back then, and are found orphaned.
    const late = sleep(graceMs + releaseMs, undefined, { ref: false });
    await Promise.race([this.#worker.close(), late]).finally(() => {
      clearTimeout(timer);
      this.#connections.close();
    });
  }

  async #process(job: Job, token?: string, signal = new AbortController().signal): Promise<unknown> {
    const doJob = this.#kinds[job.name];
    if (!doJob) throw new UnrecoverableError(`Unknown job kind "${job.name}".`);
    const progress = new ProgressReport(job);
    try {
      const result = await doJob(job.data, { signal, report: (reported) => progress.report(reported) });
      await progress.finish();
      return result;
    } catch (error) {
      if (signal.aborted) return await handBack(job, token);
      if (error instanceof UnrecoverableError) throw error;
      await job.log(describe(error));
      throw new Error(error instanceof StateError ? error.message : internalError, { cause: error });
    }
  }
}

/** Reports the progress of a job, now and then, and at its end. Reports are hints: a failed one is not repeated. */
class ProgressReport {
  #latest: JobProgress | undefined;
  #reportedAt = 0;
  #sent: Promise<void> = Promise.resolve();

  constructor(private readonly job: Job) {}

  report(progress: JobProgress): void {
    this.#latest = progress;
    const now = performance.now();
    if (now - this.#reportedAt < reportMs) return;
    this.#reportedAt = now;
    this.#send(progress);
  }

  async finish(): Promise<void> {
    if (this.#latest) this.#send(this.#latest);
    await this.#sent;
  }

  #send(progress: JobProgress): void {
    this.#latest = undefined;
    this.#sent = this.#sent.then(() => this.job.updateProgress(progress)).catch(() => undefined);
  }
}

/** Puts a job back for another worker at once; the interrupted attempt does not count. */
async function handBack(job: Job, token: string | undefined): Promise<never> {
  await job.moveToDelayed(Date.now(), token);
  throw new DelayedError();
}

/** An error with its causes, for an operator who looks at the job. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? String(error) : `${String(error)}\ncaused by ${describe(error.cause)}`;
}

import type { Job, Queue } from 'bullmq';
import { queueNames } from './job-kinds';
import { Connections, type QueueLocation, answered, openQueue } from './queue-options';
import { readWorkspace } from './snapshot-job';

/** A job that was given up, for an operator. */
export interface FailedJob {
  readonly queue: string;
  readonly jobId: string;
  readonly kind: string;
  /** `owner/workspaceId`; undefined for a job of no workspace. */
  readonly workspace: string | undefined;
  readonly attempts: number;
  /** RFC 3339. */
  readonly failedAt: string;
  readonly reason: string;
}

const states = ['waiting', 'prioritized', 'delayed', 'active', 'completed', 'failed'] as const;
const maxListed = 1_000;

/** The queues as an operator looks after them. Methods throw `Unavailable` when Redis is away. */
export class QueueReport {
  readonly #connections: Connections;
  readonly #queues: readonly Queue[];

  /** @param timeoutMs how long Redis may take to answer */
  constructor(
    location: QueueLocation,
    private readonly timeoutMs = 10_000,
  ) {
    this.#connections = new Connections(location.redis);
    const connection = this.#connections.patient();
    this.#queues = Object.values(queueNames).map((name) => openQueue(name, location, connection));
  }

  /** How many jobs are in each state, by queue. */
  async counts(): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
    const counts = await this.#each((queue) => queue.getJobCounts(...states));
    return Object.fromEntries(counts.map((count, n) => [this.#queues[n]?.name ?? '', count]));
  }

  /** The jobs that were given up, newest first; of each queue the newest thousand. */
  async failed(): Promise<readonly FailedJob[]> {
    const jobs = await this.#each((queue) => queue.getFailed(0, maxListed - 1));
    return jobs
      .flat()
      .map(describe)
      .sort((a, b) => (a.failedAt < b.failedAt ? 1 : -1));
  }

  /** What the attempts of a job have logged: errors with their causes. */
  async log(jobId: string): Promise<readonly string[]> {
    return (await this.#each(async (queue) => (await queue.getJobLogs(jobId)).logs)).flat();
  }

  /**
   * Has jobs that were given up tried again.
   * @param jobId one of them; all where not given
   * @returns how many
   */
  async retry(jobId?: string): Promise<number> {
    const jobs = (await this.#each((queue) => queue.getFailed(0, maxListed - 1))).flat();
    const meant = jobs.filter(({ id }) => jobId === undefined || id === jobId);
    await answered(this.timeoutMs, () => Promise.all(meant.map((job) => job.retry())));
    return meant.length;
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    this.#connections.end();
    await Promise.allSettled(this.#queues.map((queue) => queue.close()));
    this.#connections.close();
  }

  #each<T>(work: (queue: Queue) => Promise<T>): Promise<T[]> {
    return answered(this.timeoutMs, () => Promise.all(this.#queues.map(work)));
  }
}

function describe(job: Job): FailedJob {
  const { id = '', name: kind, queueName: queue, attemptsMade: attempts, failedReason: reason } = job;
  const workspace = readWorkspace(job.data);
  return {
    queue,
    jobId: id,
    kind,
    workspace: workspace && `${workspace.owner}/${workspace.workspaceId}`,
    attempts,
    failedAt: new Date(job.finishedOn ?? 0).toISOString(),
    reason,
  };
}

import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Around the targets for snapshots, in seconds. */
const buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300];

/** What became of a job: what it says itself, `done` where it says nothing; else that it failed, or was handed back. */
export type JobOutcome = 'done' | 'failed' | 'interrupted' | (string & {});

/** Measures the jobs of a worker, and the room on the disk of the repositories. */
export class JobMetrics {
  readonly #durations;
  readonly #givenUp;

  /** @param gitRoot the folder of the repositories; it need not be there yet */
  constructor(registry: Registry, gitRoot: string) {
    const registers = [registry];
    this.#durations = new Histogram({
      name: 'nexus_job_duration_seconds',
      help: 'Duration of jobs, by kind and outcome, in seconds.',
      labelNames: ['kind', 'outcome'],
      buckets,
      registers,
    });
    this.#givenUp = new Counter({
      name: 'nexus_jobs_given_up_total',
      help: 'Jobs that failed their last attempt, by kind; they are kept as failed.',
      labelNames: ['kind'],
      registers,
    });
    // 0 from the start: else the first would not be seen as a rise.
    for (const kind of ['snapshot', 'scan', 'push', 'maintenance', 'embed']) this.#givenUp.inc({ kind }, 0);
    new Gauge({
      name: 'nexus_git_free_bytes',
      help: 'Free space on the disk of the repositories, in bytes.',
      registers,
      async collect() {
        const disk = await statfs(gitRoot).catch(() => undefined);
        if (disk) this.set(disk.bavail * disk.bsize);
      },
    });
  }

  /** Counts a job. */
  ended(kind: string, outcome: JobOutcome, seconds: number): void {
    this.#durations.observe({ kind, outcome }, seconds);
  }

  /** Counts a job that was given up. */
  gaveUp(kind: string): void {
    this.#givenUp.inc({ kind });
  }
}

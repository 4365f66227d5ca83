import { UnrecoverableError } from 'bullmq';
import type {
  WorkspaceKey,
  PushOutcome,
  JobRun,
  SnapshotOutcome,
  SnapshotRequest,
} from '@nexus-state/state-core';
import { BullmqWorker, type LostJob, type WorkerOptions } from './bullmq-worker';
import { jobKinds, queueNames } from './job-kinds';
import type { QueueLocation } from './queue-options';
import { readSnapshotRequest, readWorkspace } from './snapshot-job';

/** What is done with the jobs of each kind; one that throws is done again later. */
export interface SnapshotJobs {
  readonly snapshot: (request: SnapshotRequest, run: JobRun) => Promise<SnapshotOutcome>;
  /** Looks for workspaces that changed. */
  readonly scan: (run: JobRun) => Promise<unknown>;
  readonly push: (workspace: WorkspaceKey, run: JobRun) => Promise<PushOutcome>;
  /** Of one workspace's repository, or of what concerns all of them. */
  readonly maintenance: (workspace: WorkspaceKey | undefined, run: JobRun) => Promise<unknown>;
  /** Embeds the texts of a workspace. */
  readonly embed: (workspace: WorkspaceKey, run: JobRun) => Promise<unknown>;
}

/** How the workers work. */
export interface SnapshotWorkersOptions extends QueueLocation, Pick<WorkerOptions, 'orphanedAfterMs'> {
  readonly jobs: SnapshotJobs;
  /** Snapshots taken at the same time. */
  readonly concurrency?: number;
  /** Called for every job that is given up. It is kept as failed. */
  readonly onLost?: (job: LostJob) => void;
}

/** Pushes at the same time: they wait for others more than they work. */
const pushesAtOnce = 4;

/** One worker for each queue, so that a slow remote holds up no snapshot. */
export class BullmqSnapshotWorkers {
  readonly #workers: readonly BullmqWorker[];

  constructor({ jobs, concurrency = 2, ...options }: SnapshotWorkersOptions) {
    const { snapshots, pushes, maintenance, embeddings } = queueNames;
    this.#workers = [
      new BullmqWorker({
        ...options,
        queue: snapshots,
        concurrency,
        kinds: {
          [jobKinds.snapshot]: (data, run) => {
            const request = readSnapshotRequest(data);
            if (!request) throw new UnrecoverableError('The job is not a request for a snapshot.');
            return jobs.snapshot(request, run);
          },
          [jobKinds.scan]: (_, run) => jobs.scan(run),
        },
      }),
      new BullmqWorker({
        ...options,
        queue: pushes,
        concurrency: pushesAtOnce,
        kinds: {
          [jobKinds.push]: (data, run) => {
            const workspace = readWorkspace(data);
            if (!workspace) throw new UnrecoverableError('The job names no workspace to push.');
            return jobs.push(workspace, run);
          },
        },
      }),
      new BullmqWorker({
        ...options,
        queue: maintenance,
        concurrency: 1,
        kinds: { [jobKinds.maintenance]: (data, run) => jobs.maintenance(readWorkspace(data), run) },
      }),
      new BullmqWorker({
        ...options,
        queue: embeddings,
        concurrency: 1,
        kinds: {
          [jobKinds.embed]: (data, run) => {
            const workspace = readWorkspace(data);
            if (!workspace) throw new UnrecoverableError('The job names no workspace to embed.');
            return jobs.embed(workspace, run);
          },
        },
      }),
    ];
  }

  /**
   * Takes no more jobs and finishes those in hand.
   * @param graceMs after so long they are interrupted and handed back to the queue, for another worker to take up
   */
  async close(graceMs: number): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close(graceMs)));
  }
}

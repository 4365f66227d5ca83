import { setTimeout as sleep } from 'node:timers/promises';
import { StateError } from '@nexus-state/documents';
import type { SnapshotJob, SnapshotJobResult, SnapshotQueue } from '../snapshots/ports';
import type { JobProgress, JobRun, JobState, SnapshotOutcome, SnapshotRequest } from '../snapshots/model';

interface MemoryJob {
  readonly request: SnapshotRequest;
  ended: Promise<SnapshotJobResult>;
  state: JobState;
  progress: JobProgress;
  result?: SnapshotJobResult;
}

const nothingYet = new Promise<never>(() => {});

/** A queue whose only worker is this process, without retries: for tests. */
export class MemorySnapshotQueue implements SnapshotQueue {
  readonly #jobs = new Map<string, MemoryJob>();

  /** @param take what a worker does with a job */
  constructor(private readonly take: (request: SnapshotRequest, run: JobRun) => Promise<SnapshotOutcome>) {}

  async request(request: SnapshotRequest): Promise<string> {
    const jobId = this.#unfinishedLike(request) ?? request.snapshotId;
    if (!this.#jobs.has(jobId)) this.#start(request);
    return jobId;
  }

  async requestAll(requests: readonly SnapshotRequest[]): Promise<void> {
    for (const request of requests) await this.request(request);
  }

  async waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined> {
    const stopWaiting = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: stopWaiting.signal }).catch(() => undefined);
    return Promise.race([this.#jobs.get(jobId)?.ended ?? timeout, timeout]).finally(() =>
      stopWaiting.abort(),
    );
  }

  async readJob(jobId: string): Promise<SnapshotJob | undefined> {
    const job = this.#jobs.get(jobId);
    if (!job) return undefined;
    const { request, state, progress, result } = job;
    return {
      kind: 'snapshot',
      jobId,
      workspace: request.workspace,
      state,
      progress,
      failedReason: result?.outcome === 'failed' ? result.reason : undefined,
      result: result?.outcome === 'failed' ? undefined : result,
    };
  }

  /** Never: its worker begins at once. */
  async withdraw(_jobId: string): Promise<boolean> {
    return false;
  }

  #unfinishedLike({ automatic, workspace, type }: SnapshotRequest): string | undefined {
    for (const [jobId, { request, result }] of automatic ? this.#jobs : []) {
      const same = request.workspace.owner === workspace.owner && request.type === type;
      if (same && request.workspace.workspaceId === workspace.workspaceId && request.automatic && !result)
        return jobId;
    }
    return undefined;
  }

  #start(request: SnapshotRequest): void {
    const job: MemoryJob = { request, state: 'active', progress: { done: 0, total: 0 }, ended: nothingYet };
    const report = (progress: JobProgress) => void (job.progress = progress);
    this.#jobs.set(request.snapshotId, job);
    job.ended = this.#run(request, { signal: new AbortController().signal, report }).then((result) => {
      job.result = result;
      job.state = result.outcome === 'failed' ? 'failed' : 'completed';
      return result;
    });
  }

  async #run(request: SnapshotRequest, run: JobRun): Promise<SnapshotJobResult> {
    try {
      return await this.take(request, run);
    } catch (error) {
      return { outcome: 'failed', reason: error instanceof StateError ? error.message : 'internal error' };
    }
  }
}

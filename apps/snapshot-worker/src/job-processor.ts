import {
  type EmbeddingRefresh,
  type JobRun,
  type KeyStore,
  type PushOutcome,
  type PushPorts,
  type RetentionPorts,
  type ScanPorts,
  type SnapshotJobPorts,
  type SnapshotOutcome,
  type SnapshotRequest,
  type WorkspaceKey,
  doSnapshotJob,
  forgetKeys,
  pushSnapshots,
  scanChanges,
  thinSnapshots,
} from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { JobMetrics, JobOutcome } from './job-metrics';

/** What the jobs need. */
export type JobPorts = SnapshotJobPorts &
  ScanPorts &
  PushPorts &
  RetentionPorts & {
    readonly keys: Pick<KeyStore, 'forget'>;
    readonly embeddings: Pick<EmbeddingRefresh, 'run'>;
  };

/** Does the jobs of each kind: calls one use case, and reports to the log. */
export class JobProcessor {
  constructor(
    private readonly ports: JobPorts,
    private readonly logger: Logger,
    private readonly metrics: JobMetrics,
  ) {}

  /** Takes a workspace's snapshot. @throws the error of `doSnapshotJob`, for the queue to try again */
  async snapshot(request: SnapshotRequest, run: JobRun): Promise<SnapshotOutcome> {
    const { workspace, snapshotId, type } = request;
    const log = this.logger.child({ ...workspace, snapshotId, type });
    return this.#logged<SnapshotOutcome>('snapshot', log, run.signal, async () => {
      const result = await doSnapshotJob({ request, ...run }, this.ports);
      if (result.outcome !== 'taken') return [result, result];
      const { gitCommitHash, panelCount } = result.snapshot;
      return [result, { outcome: 'taken', gitCommitHash, panelCount }];
    });
  }

  /** Looks for workspaces that changed. @throws the error of `scanChanges` */
  scan(run: JobRun): Promise<unknown> {
    return this.#logged<unknown>('scan', this.logger, run.signal, async () => {
      const result = await scanChanges(run, this.ports);
      return [result, result];
    });
  }

  /** Pushes a workspace's commits. @throws the error of `pushSnapshots` */
  push(workspace: WorkspaceKey, run: JobRun): Promise<PushOutcome> {
    return this.#logged<PushOutcome>('push', this.logger.child({ ...workspace }), run.signal, async () => {
      run.report({ done: 0, total: 1 });
      const result = await pushSnapshots(workspace, this.ports, run.signal);
      run.report({ done: 1, total: 1 });
      return [result, result];
    });
  }

  /** Looks after a workspace's repository, or after the list of snapshots and the idempotency keys. @throws Unavailable when it is away */
  maintenance(workspace: WorkspaceKey | undefined, run: JobRun): Promise<unknown> {
    return this.#logged<unknown>('maintenance', this.logger.child({ ...workspace }), run.signal, async () => {
      const result = workspace
        ? await this.ports.repository.maintain(workspace, run.signal)
        : { ...(await forgetKeys(this.ports, run.signal)), ...(await thinSnapshots(this.ports, run.signal)) };
      return [result, result];
    });
  }

  /** Embeds the texts of a workspace. @throws the error of `EmbeddingRefresh.run` */
  embed(workspace: WorkspaceKey, run: JobRun): Promise<unknown> {
    return this.#logged<unknown>('embed', this.logger.child({ ...workspace }), run.signal, async () => {
      const result = await this.ports.embeddings.run(workspace, run);
      return [result, result];
    });
  }

  /** @param work gives the result, and what the log is to say of it */
  async #logged<T>(
    kind: string,
    log: Logger,
    signal: AbortSignal,
    work: () => Promise<readonly [T, object]>,
  ): Promise<T> {
    const started = performance.now();
    const ended = (outcome: JobOutcome) => {
      const durationMs = performance.now() - started;
      this.metrics.ended(kind, outcome, durationMs / 1000);
      return { kind, durationMs: Math.round(durationMs) };
    };
    try {
      const [result, said] = await work();
      const outcome = 'outcome' in said ? String(said.outcome) : 'done';
      log.info({ ...said, ...ended(outcome) }, 'job done');
      return result;
    } catch (error) {
      if (signal.aborted) log.warn(ended('interrupted'), 'job interrupted');
      else log.error({ ...ended('failed'), err: error }, 'job failed');
      throw error;
    }
  }
}

import {
  type Snapshot,
  type SnapshotRequest,
  type TakeSnapshotPorts,
  takeSnapshot,
} from '@nexus-state/state-core';
import type { Logger } from 'pino';

/** Does the jobs of one kind: one workspace's snapshot. */
export class SnapshotsProcessor {
  constructor(
    private readonly ports: TakeSnapshotPorts,
    private readonly logger: Logger,
  ) {}

  /**
   * Takes a snapshot and reports it to the log.
   * @param signal fires when the job has to be handed back
   * @throws whatever `takeSnapshot` threw, for the queue to try again
   */
  async process(request: SnapshotRequest, signal: AbortSignal): Promise<Snapshot> {
    const { workspace, snapshotId, type } = request;
    const log = this.logger.child({ ...workspace, snapshotId, type });
    const started = performance.now();
    const durationMs = () => Math.round(performance.now() - started);
    try {
      const snapshot = await takeSnapshot({ request, signal }, this.ports);
      const { gitCommitHash, panelCount } = snapshot;
      log.info({ gitCommitHash, panelCount, durationMs: durationMs() }, 'snapshot taken');
      return snapshot;
    } catch (error) {
      if (signal.aborted) log.warn({ durationMs: durationMs() }, 'snapshot handed back');
      else log.error({ err: error, durationMs: durationMs() }, 'snapshot not taken');
      throw error;
    }
  }
}

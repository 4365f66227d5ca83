import { setTimeout as sleep } from 'node:timers/promises';
import { StateError } from '../../errors';
import type { SnapshotJobResult, SnapshotQueue } from '../../ports';
import type { Snapshot, SnapshotRequest } from '../../snapshot';

/** A queue whose only worker is this process, without retries: for tests. */
export class MemorySnapshotQueue implements SnapshotQueue {
  readonly #jobs = new Map<string, Promise<SnapshotJobResult>>();

  /** @param take what a worker does with a job */
  constructor(private readonly take: (request: SnapshotRequest) => Promise<Snapshot>) {}

  async request(request: SnapshotRequest): Promise<string> {
    const jobId = request.snapshotId;
    if (!this.#jobs.has(jobId)) this.#jobs.set(jobId, this.#run(request));
    return jobId;
  }

  async waitFor(jobId: string, timeoutMs: number): Promise<SnapshotJobResult | undefined> {
    const stopWaiting = new AbortController();
    const timeout = sleep(timeoutMs, undefined, { signal: stopWaiting.signal }).catch(() => undefined);
    return Promise.race([this.#jobs.get(jobId) ?? timeout, timeout]).finally(() => stopWaiting.abort());
  }

  async #run(request: SnapshotRequest): Promise<SnapshotJobResult> {
    try {
      return { outcome: 'taken', snapshot: await this.take(request) };
    } catch (error) {
      return { outcome: 'failed', reason: error instanceof StateError ? error.message : 'internal error' };
    }
  }
}

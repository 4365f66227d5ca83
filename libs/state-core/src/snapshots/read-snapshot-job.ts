import { JobNotFound } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import type { SnapshotJob, SnapshotQueue, SnapshotStore } from './ports';
import { isSnapshotId } from './model';

/** Asks how a job of a workspace is doing. */
export interface ReadSnapshotJob {
  readonly workspace: WorkspaceKey;
  readonly jobId: string;
}

/**
 * The progress of a job that takes or pushes a snapshot. The queue forgets jobs that were finished long ago; that of a
 * snapshot has the snapshot's id, so its result is still found.
 * @throws JobNotFound when there is none, or it is another workspace's
 * @throws Unavailable when the queue is away
 */
export async function readSnapshotJob(
  { workspace, jobId }: ReadSnapshotJob,
  { queue, snapshots }: { readonly queue: SnapshotQueue; readonly snapshots: SnapshotStore },
): Promise<SnapshotJob> {
  if (!isSnapshotId(jobId)) throw new JobNotFound(jobId);
  const job = await queue.readJob(jobId);
  if (job) {
    const { owner, workspaceId } = job.workspace;
    if (owner !== workspace.owner || workspaceId !== workspace.workspaceId) throw new JobNotFound(jobId);
    return job;
  }
  const snapshot = await snapshots.read(workspace, jobId);
  if (!snapshot) throw new JobNotFound(jobId);
  const progress = { done: snapshot.panelCount, total: snapshot.panelCount };
  return {
    kind: 'snapshot',
    jobId,
    workspace,
    state: 'completed',
    progress,
    failedReason: undefined,
    result: { outcome: 'taken', snapshot },
  };
}

import type { Job } from 'bullmq';
import type { PushOutcome, SnapshotJob, JobState, SnapshotOutcome } from '@nexus-state/state-core';
import { jobKinds } from './job-kinds';
import { readProgress, readWorkspace } from './snapshot-job';

/** The job of a snapshot as the queue has it; undefined for jobs of no workspace. */
export async function viewSnapshot(
  job: Job<unknown, SnapshotOutcome, string>,
): Promise<SnapshotJob | undefined> {
  const common = await view(job);
  if (!common || job.name !== jobKinds.snapshot) return undefined;
  return { kind: 'snapshot', ...common, result: job.returnvalue ?? undefined };
}

/** The job of a push as the queue has it. */
export async function viewPush(job: Job<unknown, PushOutcome, string>): Promise<SnapshotJob | undefined> {
  const common = await view(job);
  return common && { kind: 'push', ...common, result: job.returnvalue ?? undefined };
}

async function view(job: Job<unknown, unknown, string>) {
  const workspace = readWorkspace(job.data);
  if (!workspace || job.id === undefined) return undefined;
  const state = stateOf(job, await job.getState());
  const failedReason = state === 'completed' ? undefined : job.failedReason || undefined;
  return { jobId: job.id, workspace, state, progress: readProgress(job.progress), failedReason };
}

function stateOf(job: Job<unknown, unknown, string>, state: string): JobState {
  // The job was read before its state, and may have been finished between: what was read decides.
  if (job.finishedOn) return job.returnvalue ? 'completed' : 'failed';
  switch (state) {
    case 'active':
    case 'delayed':
      return state;
    case 'completed':
    case 'failed':
      return 'active';
    default:
      return 'waiting';
  }
}

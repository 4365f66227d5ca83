import type { JobOutcome, SnapshotJobAnswer, SnapshotTaken } from '@nexus-state/contracts';
import type { SnapshotJob, TakenSnapshot } from '@nexus-state/state-core';

/** A snapshot that was taken, as its answer tells of it. */
export function takenAnswer({ snapshot, pushJobId }: TakenSnapshot): SnapshotTaken {
  const { snapshotId, type, panelCount, totalSizeBytes, gitCommitHash, createdAt } = snapshot;
  const { workspaceId } = snapshot.workspace;
  return {
    snapshotId,
    workspaceId,
    type,
    panelCount,
    totalSizeBytes,
    gitCommitHash,
    createdAt,
    ...(pushJobId === undefined ? {} : { pushJobId }),
  };
}

/** A job, as its answer tells of it. */
export function jobAnswer(job: SnapshotJob): SnapshotJobAnswer {
  const { jobId, state, progress, failedReason } = job;
  const result = resultOf(job);
  return {
    jobId,
    state,
    progress,
    ...(result === undefined ? {} : { result }),
    ...(failedReason === undefined ? {} : { failedReason }),
  };
}

function resultOf({ result }: SnapshotJob): SnapshotTaken | JobOutcome | undefined {
  if (!result) return undefined;
  switch (result.outcome) {
    case 'taken':
      return takenAnswer(result);
    case 'pushed':
      return { outcome: 'pushed', gitCommitHash: result.commitHash };
    default:
      return { outcome: result.outcome };
  }
}

import type { JobOutcome, SnapshotJobResponse, SnapshotTaken } from '@nexus-state/contracts';
import type { SnapshotJob, TakenSnapshot } from '@nexus-state/state-core';

/** A snapshot that was taken, as a response shows it. */
export function takenResponse({ snapshot, pushJobId }: TakenSnapshot): SnapshotTaken {
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

/** A job, as a response shows it. */
export function jobResponse(job: SnapshotJob): SnapshotJobResponse {
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
      return takenResponse(result);
    case 'pushed':
      return { outcome: 'pushed', gitCommitHash: result.commitHash };
    default:
      return { outcome: result.outcome };
  }
}

import type { JobsOptions } from 'bullmq';
import { type WorkspaceKey, type SnapshotRequest, autoSnapshot } from '@nexus-state/state-core';

/** The queues, and the kinds of jobs in each. A remote or a repository that is slow holds up only its own queue. */
export const queueNames = {
  snapshots: 'snapshots',
  pushes: 'pushes',
  maintenance: 'maintenance',
  embeddings: 'embeddings',
} as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** The names of jobs: what a worker is to do. */
export const jobKinds = {
  snapshot: 'snapshot',
  scan: 'scan',
  push: 'push',
  maintenance: 'maintenance',
  embed: 'embed',
} as const;

/** What a caller gets for an internal error. */
export const internalError = 'internal error';

const second = 1_000;
const day = 24 * 3600;

/** How failed jobs are tried again, and how long jobs are kept; in seconds, failed ones where an operator sees them. */
export const jobDefaults: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: second },
  removeOnComplete: { age: day, count: 10_000 },
  removeOnFail: { age: 30 * day, count: 10_000 },
};

/** A remote may be away for long: pauses grow from 5 seconds to 10 minutes, for about half a day. */
export const pushDefaults: JobsOptions = {
  ...jobDefaults,
  attempts: 80,
  backoff: { type: 'remote' },
};

/** The pause before a push is tried again. */
export function pushPauseMs(attemptsMade: number): number {
  return Math.min(5 * second * 2 ** (attemptsMade - 1), 600 * second);
}

/** Automatic snapshots come after those that a caller waits for. */
const patientPriority = 10;

/** How long after a commit its repository is maintained, together with all commits until then. */
export const maintenanceDelayMs = 600 * second;

/** How a request for a snapshot is queued. */
export function snapshotOptions({ workspace, snapshotId, type, automatic }: SnapshotRequest): JobsOptions {
  return {
    jobId: snapshotId,
    ...(automatic ? { deduplication: { id: `${type}/${workspaceText(workspace)}` } } : {}),
    ...(type === autoSnapshot ? { priority: patientPriority } : {}),
  };
}

/** How a push is queued: a job that has begun may have read the branch already, so another one follows it. */
export function pushOptions(jobId: string, workspace: WorkspaceKey): JobsOptions {
  return { jobId, deduplication: { id: workspaceText(workspace), keepLastIfActive: true } };
}

/** How the maintenance of a workspace's repository is queued. */
export function maintenanceOptions(workspace: WorkspaceKey): JobsOptions {
  const deduplication = { id: workspaceText(workspace) };
  // It comes long after the commit that caused it, and serves all commits until then: a trace of its own.
  return { delay: maintenanceDelayMs, deduplication, telemetry: { omitContext: true } };
}

/** How long after a change its texts are embedded, together with all changes until then. */
const embeddingDelayMs = 2 * second;

/** How the texts of a workspace are queued: a job that has begun may have read the panels already, so another one follows it. */
export function embeddingOptions(workspace: WorkspaceKey): JobsOptions {
  const deduplication = { id: workspaceText(workspace), keepLastIfActive: true };
  return { delay: embeddingDelayMs, deduplication, telemetry: { omitContext: true } };
}

// The id of a workspace has no slash.
function workspaceText({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}

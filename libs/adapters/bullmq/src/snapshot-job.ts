import type { WorkspaceKey, JobProgress, SnapshotRequest } from '@nexus-state/state-core';

/**
 * Reads a request out of a job's data, which other versions of this program may have written.
 * @returns undefined when the data is not one
 */
export function readSnapshotRequest(data: unknown): SnapshotRequest | undefined {
  const { snapshotId, type, description, requestedBy, automatic = false, push = true } = fieldsOf(data);
  const workspace = readWorkspace(data);
  if (!workspace || !isText(snapshotId) || !isText(type) || !isText(requestedBy)) return undefined;
  if (!(isText(description) || description === null)) return undefined;
  return {
    workspace,
    snapshotId,
    type,
    description,
    requestedBy,
    automatic: automatic === true,
    push: push === true,
  };
}

/** Reads the workspace that a job is about out of its data; undefined when it is about none. */
export function readWorkspace(data: unknown): WorkspaceKey | undefined {
  const { owner, workspaceId } = fieldsOf(fieldsOf(data)['workspace']);
  return isText(owner) && isText(workspaceId) ? { owner, workspaceId } : undefined;
}

/** Reads how far a job is out of what a worker reported. */
export function readProgress(reported: unknown): JobProgress {
  const { done, total } = fieldsOf(reported);
  return { done: Number(done ?? 0), total: Number(total ?? 0) };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

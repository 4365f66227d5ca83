import type { SnapshotRequest } from '../../snapshot';

/**
 * Reads a request out of a job's data, which other versions of this program may have written.
 * @returns undefined when the data is not one
 */
export function readSnapshotRequest(data: unknown): SnapshotRequest | undefined {
  const { workspace, snapshotId, type, description, requestedBy } = fieldsOf(data);
  const { owner, workspaceId } = fieldsOf(workspace);
  if (!isText(owner) || !isText(workspaceId) || !isText(snapshotId)) return undefined;
  if (!isText(type) || !isText(requestedBy) || !(isText(description) || description === null))
    return undefined;
  return { workspace: { owner, workspaceId }, snapshotId, type, description, requestedBy };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

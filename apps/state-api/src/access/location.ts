import type { Principal } from '@nexus-state/nest-kit';
import type { WorkspaceKey } from '@nexus-state/state-core';

/**
 * The address of something in a workspace, for the field `Location`. The same caller who follows it reaches the same
 * thing: a workspace of another owner is named by its owner.
 * @param path what follows the id of the workspace, percent-encoded; empty for the workspace itself
 */
export function locationOf(
  kind: 'snapshots' | 'state',
  { owner, workspaceId }: WorkspaceKey,
  path: string,
  { subject }: Principal,
): string {
  const query = owner === subject ? '' : `?owner=${encodeURIComponent(owner)}`;
  return `/api/${kind}/${workspaceId}${path}${query}`;
}

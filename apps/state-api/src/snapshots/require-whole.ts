import type { Principal } from '@nexus-state/nest-kit';
import { type OpenWorkspace, WorkspaceNotFound } from '@nexus-state/state-core';

/**
 * A snapshot holds every panel: for whose token reaches only some of them, there are no snapshots.
 * @throws WorkspaceNotFound
 */
export function requireWhole({ paths }: Principal, { workspaceId }: OpenWorkspace): void {
  if (!paths.reachesWhole(workspaceId)) throw new WorkspaceNotFound(workspaceId);
}

import type { WorkspaceResponse } from '@nexus-state/contracts';
import type { PathPatterns, WorkspaceView } from '@nexus-state/state-core';

/**
 * Workspaces as the API shows them.
 * @param views last opened first, as the store lists them
 * @param paths what the caller's token reaches: nothing else is shown, nor whether something else is active
 */
export function workspaceResponses(
  views: readonly WorkspaceView[],
  paths: PathPatterns,
): WorkspaceResponse[] {
  const visible = views.filter(({ workspaceId }) => paths.reachesInto(workspaceId));
  const active = visible.find(({ lastOpenedAt }) => lastOpenedAt !== null);
  return visible.map((view) => ({ ...view, active: view === active }));
}

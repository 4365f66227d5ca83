import type { WorkspaceAnswer } from '@nexus-state/contracts';
import type { PathPatterns, WorkspaceView } from '@nexus-state/state-core';

/**
 * Workspaces as the API shows them.
 * @param views last opened first, as the store lists them
 * @param paths what the caller's token reaches: nothing else is shown
 */
export function workspaceAnswers(views: readonly WorkspaceView[], paths: PathPatterns): WorkspaceAnswer[] {
  const active = views.find(({ lastOpenedAt }) => lastOpenedAt !== null);
  return views
    .filter(({ workspaceId }) => paths.reachesInto(workspaceId))
    .map((view) => ({ ...view, active: view === active }));
}

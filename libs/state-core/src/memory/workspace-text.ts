import type { PanelKey, WorkspaceKey } from '../panels/model';

/** One text for a workspace, different for different workspaces: for maps. */
export function workspaceText({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}

/** Whether a panel is in a workspace. */
export function isIn(workspace: WorkspaceKey, key: PanelKey): boolean {
  return key.owner === workspace.owner && key.workspaceId === workspace.workspaceId;
}

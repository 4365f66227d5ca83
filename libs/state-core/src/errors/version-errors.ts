import { CoreError } from './core-error';

/** A version that the panel never had, or at which it was deleted. */
export class VersionNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(panelId: string, version: number) {
    super(`Panel "${panelId}" has no state at version ${version}.`, { panelId, version });
  }
}

/** A revision that a workspace has not reached. */
export class RevisionNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(workspaceId: string, revision: number) {
    super(`Workspace "${workspaceId}" has not reached revision ${revision}.`, { workspaceId, revision });
  }
}

/** A pointer that leads nowhere in a panel's state. */
export class PathNotFound extends CoreError {
  readonly code = 'path_not_found';
  constructor(panelId: string, path: string) {
    super(`There is no value at "${path}" in panel "${panelId}".`, { panelId, path });
  }
}

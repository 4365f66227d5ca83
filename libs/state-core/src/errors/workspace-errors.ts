import { CoreError } from './core-error';

/** No such workspace, or none that the caller may see. */
export class WorkspaceNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(workspaceId: string) {
    super(`There is no workspace "${workspaceId}".`, { workspaceId });
  }
}

/** A create over a workspace that is there. */
export class WorkspaceAlreadyExists extends CoreError {
  readonly code = 'already_exists';
  constructor(workspaceId: string) {
    super(`Workspace "${workspaceId}" already exists.`, { workspaceId });
  }
}

/** No such snapshot of the workspace. */
export class SnapshotNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(snapshotId: string) {
    super(`There is no snapshot "${snapshotId}" of this workspace.`, { snapshotId });
  }
}

/** No such commit on the branch of the workspace. */
export class CommitNotFound extends CoreError {
  readonly code = 'not_found';
  /** @param gitCommitHash what was asked for: a hash, or the beginning of one */
  constructor(gitCommitHash: string) {
    super(`There is no commit "${gitCommitHash}" of this workspace, or the prefix is ambiguous.`, {
      gitCommitHash,
    });
  }
}

/** A workspace without a repository: no snapshot of it was ever taken. */
export class RepositoryNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(workspaceId: string) {
    super(`Workspace "${workspaceId}" has no repository yet. Take a snapshot first.`, { workspaceId });
  }
}

/** A push to a repository. */
export class RepositoryReadOnly extends CoreError {
  readonly code = 'forbidden';
  constructor(workspaceId: string) {
    super(`The repository of workspace "${workspaceId}" is read-only: only snapshots write to it.`);
  }
}

/** A user who is not a member of the workspace. */
export class MemberNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(userId: string) {
    super(`"${userId}" is not a member of this workspace.`, { userId });
  }
}

/** The caller sees the workspace, but their role there does not allow this. */
export class RoleRequired extends CoreError {
  readonly code = 'forbidden';
  constructor(requiredRole: string) {
    super(`This request requires the role "${requiredRole}" in the workspace.`, { requiredRole });
  }
}

/** The token reaches only parts of the workspace, and this concerns the whole. */
export class PathsTooNarrow extends CoreError {
  readonly code = 'forbidden';
  constructor(workspaceId: string) {
    super(
      `This request concerns all of workspace "${workspaceId}"; the token's "paths" allow only parts of it.`,
    );
  }
}

import type { MemberRole, Role } from './role';

/** A workspace: a named place for panels. */
export interface Workspace {
  readonly owner: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A workspace as a user sees it. */
export interface WorkspaceView extends Workspace {
  readonly role: Role;
  /** When they last activated it; null when never. */
  readonly lastOpenedAt: string | null;
}

/** A user with whom a workspace is shared. */
export interface Member {
  readonly userId: string;
  readonly role: MemberRole;
  readonly since: string;
}

/** The id of the workspace that every user has from their first call on. */
export const defaultWorkspaceId = 'default';

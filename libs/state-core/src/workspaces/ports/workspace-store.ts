import type { Member, MemberRole, Workspace, WorkspaceView } from '../access';
import type { WorkspaceKey } from '../../panels/model';

/** The workspaces with one id that a user owns or is a member of. */
export interface Memberships {
  /** Whether they own one. */
  readonly owns: boolean;
  /** The owners who share one with them, by name, and as what. */
  readonly shared: readonly { readonly owner: string; readonly role: MemberRole }[];
}

/** Where workspaces live. Every method throws `Unavailable` when the store cannot be reached. */
export interface WorkspaceStore {
  /** A user's memberships in the workspaces of one id. */
  memberships(userId: string, workspaceId: string): Promise<Memberships>;

  /** The workspaces a user owns or shares, last opened first, then by id. */
  listFor(userId: string): Promise<readonly WorkspaceView[]>;

  /** Makes a workspace; answers undefined when the owner has one of this id. */
  create(
    key: WorkspaceKey,
    fields: { readonly name: string; readonly description: string | null },
  ): Promise<Workspace | undefined>;

  /** Changes the fields that are given; answers undefined when there is no such workspace. */
  update(
    key: WorkspaceKey,
    fields: { readonly name?: string | undefined; readonly description?: string | null | undefined },
  ): Promise<Workspace | undefined>;

  /** Removes a workspace and its members; answers whether it was there. Its panels are not touched. */
  delete(key: WorkspaceKey): Promise<boolean>;

  /** Notes that a user opened a workspace now; answers when. */
  open(userId: string, key: WorkspaceKey): Promise<string>;
}

/** Who shares a workspace with its owner. Every method throws `Unavailable` when the store cannot be reached. */
export interface MemberStore {
  /** The members of a workspace, by user id. */
  listMembers(key: WorkspaceKey): Promise<readonly Member[]>;

  /** Gives a user a role, or another one; resolves to undefined when there is no such workspace. */
  putMember(key: WorkspaceKey, userId: string, role: MemberRole): Promise<Member | undefined>;

  /** Takes a user's role away; resolves to whether they had one. */
  removeMember(key: WorkspaceKey, userId: string): Promise<boolean>;
}

/** A user in a workspace, who may be a member. */
export interface MemberKey extends WorkspaceKey {
  readonly userId: string;
}

/** Looks up what many users are at once. Throws `Unavailable` when the store cannot be reached. */
export interface MemberRoles {
  /** The role of each, in the order given; undefined for who is no member. */
  rolesOf(members: readonly MemberKey[]): Promise<readonly (MemberRole | undefined)[]>;
}

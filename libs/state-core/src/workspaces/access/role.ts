/** What a user may be in a workspace. */
export const roles = ['viewer', 'editor', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** A role that the owner, or an admin, may give to another user. */
export type MemberRole = Exclude<Role, 'owner'>;

/** What a call does to a workspace, by the least role that may do it. */
export const minRole = {
  read: 'viewer',
  write: 'editor',
  manage: 'admin',
  delete: 'owner',
} as const satisfies Record<string, Role>;

/** A kind of access to a workspace. */
export type Access = keyof typeof minRole;

/** Whether a role may do what an access asks for. */
export function mayAccess(role: Role, access: Access): boolean {
  return roles.indexOf(role) >= roles.indexOf(minRole[access]);
}

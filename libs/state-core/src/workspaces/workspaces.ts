import { randomUUID } from 'node:crypto';
import {
  type Member,
  type MemberRole,
  type Workspace,
  type WorkspaceView,
  checkUserId,
  defaultWorkspaceId,
  minRole,
  mayAccess,
} from './access';
import { MemberNotFound, RoleRequired, WorkspaceAlreadyExists, WorkspaceNotFound } from '../errors';
import { ValidationFailed } from '@nexus-state/documents';
import { type WorkspaceKey, workspaceKey } from '../panels/model';
import type { MemberStore, WorkspaceStore } from './ports';
import type { AccessControl, OpenWorkspace } from './access-control';

/** What a workspace is made of. */
export interface WorkspaceFields {
  readonly name: string;
  readonly workspaceId?: string | undefined;
  readonly description?: string | undefined;
}

/** The owner or a member of a workspace. */
export interface Participant extends Omit<Member, 'role'> {
  readonly role: MemberRole | 'owner';
}

/** What the workspaces' use cases need. */
export interface WorkspacesPorts {
  readonly store: WorkspaceStore & MemberStore;
  readonly access: AccessControl;
  /** Empties a workspace: a last snapshot, then its panels are deleted as one. Gives the revision of that, if there were any. */
  readonly clear: (key: WorkspaceKey, actor: string) => Promise<number | undefined>;
}

/** The use cases of workspaces and their members. Who may call them was decided before (`AccessControl`). */
export class Workspaces {
  constructor(private readonly ports: WorkspacesPorts) {}

  /** The workspaces a user owns or shares, last opened first. The first call makes their `default`. */
  async listFor(userId: string): Promise<readonly WorkspaceView[]> {
    const views = await this.ports.store.listFor(userId);
    if (views.some(({ owner }) => owner === userId)) return views;
    const key = { owner: userId, workspaceId: defaultWorkspaceId };
    await this.ports.store.create(key, { name: defaultWorkspaceId, description: null });
    return this.ports.store.listFor(userId);
  }

  /**
   * @param allow throws when the caller may not have a workspace of this id
   * @throws InvalidId, WorkspaceAlreadyExists
   */
  async create(owner: string, fields: WorkspaceFields, allow: (id: string) => void): Promise<Workspace> {
    const key = workspaceKey(owner, fields.workspaceId ?? idFor(fields.name));
    allow(key.workspaceId);
    const { name, description = null } = fields;
    const workspace = await this.ports.store.create(key, { name, description });
    if (!workspace) throw new WorkspaceAlreadyExists(key.workspaceId);
    return workspace;
  }

  /** @throws WorkspaceNotFound */
  async update(
    key: WorkspaceKey,
    fields: { readonly name?: string | undefined; readonly description?: string | undefined },
  ): Promise<Workspace> {
    const workspace = await this.ports.store.update(key, fields);
    if (!workspace) throw new WorkspaceNotFound(key.workspaceId);
    return workspace;
  }

  /** Makes a workspace a user's current one. @throws WorkspaceNotFound */
  async activate(userId: string, key: WorkspaceKey): Promise<void> {
    await this.#mustExist(key);
    await this.ports.store.open(userId, key);
  }

  /**
   * Deletes a workspace and its panels, after a last snapshot.
   * @returns the revision of the deletion of its panels, if it had any
   * @throws WorkspaceNotFound, SnapshotFailed
   */
  async delete(key: WorkspaceKey, actor: string): Promise<number | undefined> {
    await this.#mustExist(key);
    const revision = await this.ports.clear(key, actor);
    await this.ports.store.delete(key);
    this.ports.access.forget(key);
    return revision;
  }

  /** Everybody who reaches a workspace, the owner first. @throws WorkspaceNotFound */
  async members(key: WorkspaceKey): Promise<readonly Participant[]> {
    const workspace = await this.#mustExist(key);
    const owner: Participant = { userId: key.owner, role: 'owner', since: workspace.createdAt };
    return [owner, ...(await this.ports.store.listMembers(key))];
  }

  /** @throws InvalidId, WorkspaceNotFound, MemberNotFound */
  async member(key: WorkspaceKey, userId: string): Promise<Participant> {
    checkUserId('userId', userId);
    const member = (await this.members(key)).find((one) => one.userId === userId);
    if (!member) throw new MemberNotFound(userId);
    return member;
  }

  /** Gives a user a role. @throws InvalidId, WorkspaceNotFound, ValidationFailed for the owner, who has the highest */
  async putMember(key: WorkspaceKey, userId: string, role: MemberRole): Promise<Participant> {
    checkUserId('userId', userId);
    if (userId === key.owner) {
      throw new ValidationFailed([
        { pointer: 'userId', message: 'is the owner, whose role cannot be changed' },
      ]);
    }
    const member = await this.ports.store.putMember(key, userId, role);
    if (!member) throw new WorkspaceNotFound(key.workspaceId);
    return member;
  }

  /** Takes a role away: admins anybody's, others their own. @throws InvalidId, MemberNotFound, RoleRequired */
  async removeMember(workspace: OpenWorkspace, userId: string, caller: string): Promise<void> {
    checkUserId('userId', userId);
    if (userId !== caller && !mayAccess(workspace.role, 'manage')) throw new RoleRequired(minRole.manage);
    if (!(await this.ports.store.removeMember(workspace, userId))) throw new MemberNotFound(userId);
  }

  async #mustExist(key: WorkspaceKey): Promise<WorkspaceView> {
    const workspace = (await this.listFor(key.owner)).find(
      (view) => view.owner === key.owner && view.workspaceId === key.workspaceId,
    );
    if (!workspace) throw new WorkspaceNotFound(key.workspaceId);
    return workspace;
  }
}

function idFor(name: string): string {
  const readable = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${readable === '' ? 'ws' : readable}-${randomUUID().slice(0, 8)}`;
}

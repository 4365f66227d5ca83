import {
  type Access,
  type PathPatterns,
  type Role,
  checkUserId,
  defaultWorkspaceId,
  minRole,
  mayAccess,
} from './access';
import { RoleRequired, Unavailable, WorkspaceNotFound } from '../errors';
import { ValidationFailed } from '@nexus-state/documents';
import { type WorkspaceKey, workspaceKey } from '../panels/model';
import type { Memberships, WorkspaceStore } from './ports';

/** A user's request to open a workspace. */
export interface AccessRequest {
  /** The user. */
  readonly subject: string;
  /** What their token reaches. */
  readonly paths: PathPatterns;
  readonly workspaceId: string;
  /** Whose workspace of this id; where not said, their own, else the one that is shared with them. */
  readonly owner?: string | undefined;
  readonly access: Access;
  /** Whether the workspace must exist already; otherwise a first write of a panel creates the caller's own. */
  readonly existing?: boolean | undefined;
}

/** A workspace that a user may use. */
export interface OpenWorkspace extends WorkspaceKey {
  readonly role: Role;
}

const rememberedMs = 30_000;
const rememberedOwners = 10_000;

/**
 * Decides who reaches which workspace, for every door. Roles of members are read from the store each time, so that a
 * change takes effect at once; ownership is remembered, because it cannot be taken away.
 */
export class AccessControl {
  readonly #owned = new Map<string, number>();

  constructor(
    private readonly store: WorkspaceStore,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @throws InvalidId, WorkspaceNotFound when there is nothing the caller may see, or nothing at all where it must exist;
   *   RoleRequired when they see it but may not do this, ValidationFailed when several owners share a workspace of this
   *   id with them
   */
  async open(request: AccessRequest): Promise<OpenWorkspace> {
    const { workspaceId, subject, owner, access } = request;
    workspaceKey(subject, workspaceId);
    if (owner !== undefined) checkUserId('owner', owner);
    if (!request.paths.reachesInto(workspaceId)) throw new WorkspaceNotFound(workspaceId);
    const place = await this.#find(request);
    if (!mayAccess(place.role, access)) throw new RoleRequired(minRole[access]);
    return place;
  }

  /** Forgets the owner of a workspace: it was deleted. */
  forget({ owner, workspaceId }: WorkspaceKey): void {
    this.#owned.delete(`${workspaceId}/${owner}`);
  }

  async #find({ subject, workspaceId, owner, existing = false }: AccessRequest): Promise<OpenWorkspace> {
    const own: OpenWorkspace = { owner: subject, workspaceId, role: 'owner' };
    const isOwn = owner === subject || (owner === undefined && this.#isKnownOwner(subject, workspaceId));
    // What is remembered may have been deleted through another process.
    if (isOwn && !existing) return own;
    const { owns, shared } = await this.#memberships(subject, workspaceId);
    if (owner !== undefined && owner !== subject) {
      const membership = shared.find((one) => one.owner === owner);
      if (!membership) throw new WorkspaceNotFound(workspaceId);
      return { workspaceId, ...membership };
    }
    if (owns) {
      this.#rememberOwner(subject, workspaceId);
      return own;
    }
    if (owner === undefined) {
      const [membership, another] = shared;
      if (another) throw ambiguous(shared.map((one) => one.owner));
      if (membership) return { workspaceId, ...membership };
    }
    if (workspaceId === defaultWorkspaceId) {
      await this.store.create(own, { name: defaultWorkspaceId, description: null });
    } else if (existing) {
      throw new WorkspaceNotFound(workspaceId);
    }
    // A first write creates it.
    return own;
  }

  /** While the store is away, the last known owner counts. */
  async #memberships(subject: string, workspaceId: string): Promise<Memberships> {
    try {
      return await this.store.memberships(subject, workspaceId);
    } catch (error) {
      const owned = this.#owned.has(`${workspaceId}/${subject}`);
      if (error instanceof Unavailable && owned) return { owns: true, shared: [] };
      throw error;
    }
  }

  #isKnownOwner(subject: string, workspaceId: string): boolean {
    return (this.#owned.get(`${workspaceId}/${subject}`) ?? 0) > this.now();
  }

  #rememberOwner(subject: string, workspaceId: string): void {
    if (this.#owned.size >= rememberedOwners) this.#owned.delete(this.#owned.keys().next().value as string);
    this.#owned.set(`${workspaceId}/${subject}`, this.now() + rememberedMs);
  }
}

function ambiguous(owners: readonly string[]): ValidationFailed {
  const message = `is required, because several workspaces have this id: ${owners.join(', ')}`;
  return new ValidationFailed([{ pointer: 'owner', message }]);
}

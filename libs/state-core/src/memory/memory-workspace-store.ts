import type { Member, MemberRole, Workspace, WorkspaceView } from '../workspaces/access';
import type { WorkspaceKey } from '../panels/model';
import type { MemberKey, MemberRoles, MemberStore, Memberships, WorkspaceStore } from '../workspaces/ports';

/** Workspaces and their members in memory: for tests. */
export class MemoryWorkspaceStore implements WorkspaceStore, MemberStore, MemberRoles {
  readonly #workspaces = new Map<string, Workspace>();
  readonly #members = new Map<string, Map<string, Member>>();
  readonly #visits = new Map<string, string>();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {}

  async memberships(userId: string, workspaceId: string): Promise<Memberships> {
    const shared = [...this.#workspaces.values()]
      .filter((workspace) => workspace.workspaceId === workspaceId)
      .flatMap((workspace) => {
        const member = this.#members.get(textOf(workspace))?.get(userId);
        return member ? [{ owner: workspace.owner, role: member.role }] : [];
      })
      .sort((a, b) => (a.owner < b.owner ? -1 : 1));
    return { owns: this.#workspaces.has(textOf({ owner: userId, workspaceId })), shared };
  }

  async listFor(userId: string): Promise<readonly WorkspaceView[]> {
    return [...this.#workspaces.values()]
      .flatMap((workspace): WorkspaceView[] => {
        const text = textOf(workspace);
        const role = workspace.owner === userId ? 'owner' : this.#members.get(text)?.get(userId)?.role;
        return role
          ? [{ ...workspace, role, lastOpenedAt: this.#visits.get(`${text} ${userId}`) ?? null }]
          : [];
      })
      .sort(
        (a, b) => comparable(b.lastOpenedAt) - comparable(a.lastOpenedAt) || (textOf(a) < textOf(b) ? -1 : 1),
      );
  }

  async create(
    { owner, workspaceId }: WorkspaceKey,
    fields: { readonly name: string; readonly description: string | null },
  ): Promise<Workspace | undefined> {
    const text = textOf({ owner, workspaceId });
    if (this.#workspaces.has(text)) return undefined;
    const createdAt = this.now().toISOString();
    const workspace = { owner, workspaceId, ...fields, createdAt, updatedAt: createdAt };
    this.#workspaces.set(text, workspace);
    return workspace;
  }

  async update(
    key: WorkspaceKey,
    {
      name,
      description,
    }: { readonly name?: string | undefined; readonly description?: string | null | undefined },
  ): Promise<Workspace | undefined> {
    const workspace = this.#workspaces.get(textOf(key));
    if (!workspace) return undefined;
    const changed = {
      ...workspace,
      name: name ?? workspace.name,
      description: description === undefined ? workspace.description : description,
      updatedAt: this.now().toISOString(),
    };
    this.#workspaces.set(textOf(key), changed);
    return changed;
  }

  async delete(key: WorkspaceKey): Promise<boolean> {
    this.#members.delete(textOf(key));
    for (const visit of this.#visits.keys()) {
      if (visit.startsWith(`${textOf(key)} `)) this.#visits.delete(visit);
    }
    return this.#workspaces.delete(textOf(key));
  }

  async open(userId: string, key: WorkspaceKey): Promise<string> {
    const openedAt = this.now().toISOString();
    this.#visits.set(`${textOf(key)} ${userId}`, openedAt);
    return openedAt;
  }

  async listMembers(key: WorkspaceKey): Promise<readonly Member[]> {
    return [...(this.#members.get(textOf(key))?.values() ?? [])].sort((a, b) =>
      a.userId < b.userId ? -1 : 1,
    );
  }

  async putMember(key: WorkspaceKey, userId: string, role: MemberRole): Promise<Member | undefined> {
    if (!this.#workspaces.has(textOf(key))) return undefined;
    const members = this.#members.get(textOf(key)) ?? new Map<string, Member>();
    this.#members.set(textOf(key), members);
    const member = { userId, role, since: members.get(userId)?.since ?? this.now().toISOString() };
    members.set(userId, member);
    return member;
  }

  async removeMember(key: WorkspaceKey, userId: string): Promise<boolean> {
    return this.#members.get(textOf(key))?.delete(userId) ?? false;
  }

  async rolesOf(members: readonly MemberKey[]): Promise<readonly (MemberRole | undefined)[]> {
    return members.map((member) => this.#members.get(textOf(member))?.get(member.userId)?.role);
  }
}

function textOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}

function comparable(instant: string | null): number {
  return instant === null ? 0 : Date.parse(instant);
}

import type { DataSource } from 'typeorm';
import type {
  Member,
  MemberRole,
  Role,
  Workspace,
  WorkspaceView,
  WorkspaceKey,
  MemberKey,
  MemberRoles,
  MemberStore,
  Memberships,
  WorkspaceStore,
} from '@nexus-state/state-core';
import { isDistributed } from './distribution';
import { inTransaction, query } from './query';

const standingStatement = {
  name: 'workspace-memberships',
  text: `
    SELECT owner, NULL AS role FROM workspaces WHERE owner = $1 AND workspace_id = $2
    UNION ALL
    SELECT owner, role FROM workspace_members WHERE user_id = $1 AND workspace_id = $2
    ORDER BY owner`,
};

const workspaceColumns = `
  workspace.owner, workspace.workspace_id AS "workspaceId", workspace.name, workspace.description,
  workspace.created_at AS "createdAt", workspace.updated_at AS "updatedAt"`;

const visitOfUser = `workspace_visits AS visit
        ON visit.user_id = $1 AND visit.owner = workspace.owner AND visit.workspace_id = workspace.workspace_id`;

const listStatement = {
  name: 'workspaces-of-user',
  text: `
    SELECT * FROM (
      SELECT ${workspaceColumns}, 'owner' AS role, visit.last_opened_at AS "lastOpenedAt"
      FROM workspaces AS workspace LEFT JOIN ${visitOfUser}
      WHERE workspace.owner = $1
      UNION ALL
      SELECT ${workspaceColumns}, member.role, visit.last_opened_at AS "lastOpenedAt"
      FROM workspace_members AS member JOIN workspaces AS workspace USING (owner, workspace_id)
      LEFT JOIN ${visitOfUser}
      WHERE member.user_id = $1
    ) AS place
    ORDER BY "lastOpenedAt" DESC NULLS LAST, "workspaceId", owner`,
};

const createStatement = {
  name: 'create-workspace',
  text: `
    INSERT INTO workspaces AS workspace (owner, workspace_id, name, description)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (owner, workspace_id) DO NOTHING
    RETURNING ${workspaceColumns}`,
};

const updateStatement = {
  name: 'update-workspace',
  text: `
    UPDATE workspaces AS workspace
    SET name = coalesce($3, name), description = CASE WHEN $4 THEN $5 ELSE description END,
        updated_at = date_trunc('milliseconds', statement_timestamp())
    WHERE owner = $1 AND workspace_id = $2
    RETURNING ${workspaceColumns}`,
};

/** Deletes a workspace with what is of it. @param more further steps, before the others */
const deleteText = (more = '') => `
    WITH ${more}visits AS (DELETE FROM workspace_visits WHERE owner = $1 AND workspace_id = $2),
         rules AS (DELETE FROM approval_rules WHERE owner = $1 AND workspace_id = $2),
         waiting AS (DELETE FROM proposals WHERE owner = $1 AND workspace_id = $2 AND state = 'open')
    DELETE FROM workspaces WHERE owner = $1 AND workspace_id = $2 RETURNING 1`;

const deleteMembersText = 'DELETE FROM workspace_members WHERE owner = $1 AND workspace_id = $2';

const deleteStatement = {
  name: 'delete-workspace',
  text: deleteText(`members AS (${deleteMembersText}), `),
};

/** The same where tables are distributed, in two: within the one it would delete members on the worker of the owner alone. */
const deleteOfOwnerStatement = { name: 'delete-workspace-of-owner', text: deleteText() };
const deleteMembersStatement = { name: 'delete-members', text: deleteMembersText };

const openStatement = {
  name: 'open-workspace',
  text: `
    INSERT INTO workspace_visits (user_id, owner, workspace_id, last_opened_at)
    VALUES ($1, $2, $3, date_trunc('milliseconds', clock_timestamp()))
    ON CONFLICT (user_id, owner, workspace_id) DO UPDATE SET last_opened_at = excluded.last_opened_at
    RETURNING last_opened_at AS "openedAt"`,
};

const memberColumns = `user_id AS "userId", role, created_at AS since`;

const listMembersStatement = {
  name: 'members-of-workspace',
  text: `SELECT ${memberColumns} FROM workspace_members WHERE owner = $1 AND workspace_id = $2 ORDER BY user_id`,
};

const putMemberStatement = {
  name: 'put-member',
  text: `
    INSERT INTO workspace_members (owner, workspace_id, user_id, role)
    SELECT owner, workspace_id, $3, $4 FROM workspaces WHERE owner = $1 AND workspace_id = $2
    ON CONFLICT (owner, workspace_id, user_id) DO UPDATE SET role = excluded.role
    RETURNING ${memberColumns}`,
};

const removeMemberStatement = {
  name: 'remove-member',
  text: `
    DELETE FROM workspace_members WHERE owner = $1 AND workspace_id = $2 AND user_id = $3 RETURNING 1`,
};

const rolesStatement = {
  name: 'roles-of-members',
  text: `
    SELECT member.role
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked(owner, workspace_id, user_id, place)
    LEFT JOIN workspace_members AS member USING (owner, workspace_id, user_id)
    ORDER BY asked.place`,
};

interface WorkspaceRow {
  owner: string;
  workspaceId: string;
  name: string;
  description: string | null;
  createdAt: Date;
  updatedAt: Date;
}

interface MemberRow {
  userId: string;
  role: MemberRole;
  since: Date;
}

/** Workspaces and their members in PostgreSQL. */
export class PostgresWorkspaceStore implements WorkspaceStore, MemberStore, MemberRoles {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async memberships(userId: string, workspaceId: string): Promise<Memberships> {
    const values = [userId, workspaceId];
    const rows = await query<{ owner: string; role: MemberRole | null }>(
      this.source,
      standingStatement,
      values,
    );
    return {
      owns: rows.some(({ role }) => role === null),
      shared: rows.flatMap(({ owner, role }) => (role === null ? [] : [{ owner, role }])),
    };
  }

  async listFor(userId: string): Promise<readonly WorkspaceView[]> {
    type Row = WorkspaceRow & { role: Role; lastOpenedAt: Date | null };
    const rows = await query<Row>(this.source, listStatement, [userId]);
    return rows.map(({ role, lastOpenedAt, ...row }) => ({
      ...workspaceOf(row),
      role,
      lastOpenedAt: lastOpenedAt?.toISOString() ?? null,
    }));
  }

  async create(
    { owner, workspaceId }: WorkspaceKey,
    { name, description }: { readonly name: string; readonly description: string | null },
  ): Promise<Workspace | undefined> {
    const values = [owner, workspaceId, name, description];
    const [row] = await query<WorkspaceRow>(this.source, createStatement, values);
    return row && workspaceOf(row);
  }

  async update(
    { owner, workspaceId }: WorkspaceKey,
    {
      name,
      description,
    }: { readonly name?: string | undefined; readonly description?: string | null | undefined },
  ): Promise<Workspace | undefined> {
    const values = [owner, workspaceId, name ?? null, description !== undefined, description ?? null];
    const [row] = await query<WorkspaceRow>(this.source, updateStatement, values);
    return row && workspaceOf(row);
  }

  async delete({ owner, workspaceId }: WorkspaceKey): Promise<boolean> {
    const values = [owner, workspaceId];
    if (!isDistributed(this.source)) return (await query(this.source, deleteStatement, values)).length > 0;
    return inTransaction(this.source, async (run) => {
      const deleted = await run(deleteOfOwnerStatement, values);
      await run(deleteMembersStatement, values);
      return deleted.length > 0;
    });
  }

  async open(userId: string, { owner, workspaceId }: WorkspaceKey): Promise<string> {
    const rows = await query<{ openedAt: Date }>(this.source, openStatement, [userId, owner, workspaceId]);
    return (rows[0] as { openedAt: Date }).openedAt.toISOString();
  }

  async listMembers({ owner, workspaceId }: WorkspaceKey): Promise<readonly Member[]> {
    return (await query<MemberRow>(this.source, listMembersStatement, [owner, workspaceId])).map(memberOf);
  }

  async putMember(key: WorkspaceKey, userId: string, role: MemberRole): Promise<Member | undefined> {
    const values = [key.owner, key.workspaceId, userId, role];
    const [row] = await query<MemberRow>(this.source, putMemberStatement, values);
    return row && memberOf(row);
  }

  async removeMember({ owner, workspaceId }: WorkspaceKey, userId: string): Promise<boolean> {
    return (await query(this.source, removeMemberStatement, [owner, workspaceId, userId])).length > 0;
  }

  async rolesOf(members: readonly MemberKey[]): Promise<readonly (MemberRole | undefined)[]> {
    const values = [
      members.map(({ owner }) => owner),
      members.map(({ workspaceId }) => workspaceId),
      members.map(({ userId }) => userId),
    ];
    const rows = await query<{ role: MemberRole | null }>(this.source, rolesStatement, values);
    return rows.map(({ role }) => role ?? undefined);
  }
}

function workspaceOf(row: WorkspaceRow): Workspace {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

function memberOf(row: MemberRow): Member {
  return { ...row, since: row.since.toISOString() };
}

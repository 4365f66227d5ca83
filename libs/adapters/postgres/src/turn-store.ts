import type { DataSource } from 'typeorm';
import type {
  Append,
  Turn,
  TurnKey,
  TurnPolicy,
  TurnQuery,
  TurnState,
  TurnStore,
  WorkspaceKey,
} from '@nexus-state/state-core';
import { eachOwner } from './distribution';
import { type Run, query } from './query';

/** Where a turn is: one whose time has passed has expired. */
const stateNow = `CASE WHEN state = 'open' AND expires_at <= clock_timestamp() THEN 'expired' ELSE state END`;

const columns = `
  turn_id AS "turnId", agent, description, policy, panels, ${stateNow} AS state, base_revision AS "baseRevision",
  started_by AS "startedBy", started_at AS "startedAt", expires_at AS "expiresAt", ended_at AS "endedAt"`;

const beginStatement = {
  name: 'begin-turn',
  text: `
    INSERT INTO turns (owner, workspace_id, turn_id, agent, description, policy, panels, state, base_revision,
      started_by, started_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, 'open', $8, $9, $10, $11)`,
};

const readStatement = {
  name: 'read-turn',
  text: `SELECT ${columns} FROM turns WHERE owner = $1 AND workspace_id = $2 AND turn_id = $3`,
};

const listStatement = {
  name: 'list-turns',
  text: `
    SELECT ${columns} FROM turns
    WHERE owner = $1 AND workspace_id = $2 AND ($3::text IS NULL OR ${stateNow} = $3)
      AND (started_at, turn_id) < (coalesce($4::timestamptz, 'infinity'), $5::text)
    ORDER BY started_at DESC, turn_id DESC
    LIMIT $6`,
};

const endStatement = {
  name: 'end-turn',
  text: `
    UPDATE turns SET state = $4, ended_at = date_trunc('milliseconds', statement_timestamp())
    WHERE owner = $1 AND workspace_id = $2 AND turn_id = $3 AND state = 'open' AND expires_at > statement_timestamp()
    RETURNING 1`,
};

/**
 * Holds turns that are open, in order, until the transaction ends: who ends one waits for that.
 * In:  $1, $2, $3 owners, workspaces and ids, lists of the same length.
 * Out: one row for each of them that is open.
 */
const holdText = (ofOwner = '') => `
    SELECT owner, workspace_id AS "workspaceId", turn_id AS "turnId" FROM turns
    WHERE (owner, workspace_id, turn_id) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))
      AND state = 'open' AND expires_at > clock_timestamp()${ofOwner}
    ORDER BY owner, workspace_id, turn_id
    FOR SHARE`;
const holdStatement = { name: 'hold-turns', text: holdText() };
const holdOfOwnerStatement = { name: 'hold-turns-of-owner', text: holdText(' AND owner = $4') };

interface TurnRow {
  turnId: string;
  agent: string;
  description: string | null;
  policy: TurnPolicy;
  panels: readonly string[] | null;
  state: TurnState;
  baseRevision: string;
  startedBy: string;
  startedAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

/** Turns in PostgreSQL, beside the panels that are written in them. */
export class PostgresTurnStore implements TurnStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async begin({ owner, workspaceId }: WorkspaceKey, turn: Turn): Promise<void> {
    const { turnId, agent, description, policy, panels, baseRevision, startedBy, startedAt, expiresAt } =
      turn;
    const said = [agent, description, policy, panels ? JSON.stringify(panels) : null];
    const times = [baseRevision, startedBy, startedAt, expiresAt];
    await query(this.source, beginStatement, [owner, workspaceId, turnId, ...said, ...times]);
  }

  async read({ owner, workspaceId, turnId }: TurnKey): Promise<Turn | undefined> {
    const [row] = await query<TurnRow>(this.source, readStatement, [owner, workspaceId, turnId]);
    return row && turnOf(row);
  }

  async list(
    { owner, workspaceId }: WorkspaceKey,
    { state = undefined, limit, after }: TurnQuery,
  ): Promise<readonly Turn[]> {
    const values = [owner, workspaceId, state ?? null, after?.at ?? null, after?.id ?? '', limit];
    return (await query<TurnRow>(this.source, listStatement, values)).map(turnOf);
  }

  async commit({ owner, workspaceId, turnId }: TurnKey): Promise<boolean> {
    const values = [owner, workspaceId, turnId, 'committed'];
    return (await query(this.source, endStatement, values)).length > 0;
  }
}

function turnOf({ description, panels, endedAt, ...row }: TurnRow): Turn {
  return {
    ...row,
    description,
    panels: panels ?? undefined,
    baseRevision: Number(row.baseRevision),
    startedAt: row.startedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? (row.state === 'expired' ? row.expiresAt.toISOString() : undefined),
  };
}

/** Ends a turn within a transaction. @returns whether it was open; where not, the transaction is to be rolled back */
export async function abortTurn(run: Run, { owner, workspaceId, turnId }: TurnKey): Promise<boolean> {
  return (await run(endStatement, [owner, workspaceId, turnId, 'aborted'])).length > 0;
}

/** Holds a turn open until the transaction ends. @returns whether it is open */
export async function holdTurn(
  run: Run,
  { owner, workspaceId }: WorkspaceKey,
  turnId: string,
): Promise<boolean> {
  return (await run(holdOfOwnerStatement, [[owner], [workspaceId], [turnId], owner])).length > 0;
}

/** Holds the turns of changes open until the transaction ends. @returns the entries whose turn is open */
export async function openTurns(run: Run, batch: readonly Append[]): Promise<ReadonlySet<Append>> {
  const inTurns = batch.filter(({ turnId }) => turnId !== undefined);
  const hold = (part: readonly Append[], ...owner: string[]) =>
    run<WorkspaceKey & { turnId: string }>(owner.length > 0 ? holdOfOwnerStatement : holdStatement, [
      part.map(({ key }) => key.owner),
      part.map(({ key }) => key.workspaceId),
      part.map(({ turnId }) => turnId),
      ...owner,
    ]);
  const rows = run.ownersAtOnce
    ? await eachOwner(run.ownersAtOnce, inTurns, ({ key }) => key.owner, hold)
    : await hold(inTurns);
  const open = new Set(rows.map(textOf));
  return new Set(inTurns.filter(({ key, turnId = '' }) => open.has(textOf({ ...key, turnId }))));
}

function textOf({ owner, workspaceId, turnId }: TurnKey): string {
  return JSON.stringify([owner, workspaceId, turnId]);
}

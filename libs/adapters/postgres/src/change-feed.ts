import type { DataSource } from 'typeorm';
import {
  type ChangeFeed,
  type FeedPage,
  type FeedQuery,
  type LargeWork,
  type WorkspaceKey,
  VisiblePanels,
  inProcess,
  mapInTurns,
  positionOf,
} from '@nexus-state/state-core';
import { typesOfChanges } from './json-types';
import { cutByBytes } from './cut-by-bytes';
import { type HistoryRow, entryOf, historyColumns, storedColumns } from './history';
import { query, runOver } from './query';
import { readRevision } from './revisions';
import { isVisible, visiblePatterns } from './visible';

/** Behind all changes of a revision. */
const afterAll = 2_147_483_647;

/**
 * Revisions are in the order of commits and without gaps, so what is read behind one is complete.
 * In:  $1, $2 the workspace, $3, $4 the position, $5 how many, $6 what can be seen, $7 to $11 the filter. Changes of turns have an index
 *      of their own, which a plan that does not know $10 cannot use: that is what the second statement is for.
 * Out: one row for each change; one without a change where there is none.
 */
const readText = (ofTurn: string) => `
    SELECT reached, known, page.*
    FROM (
      SELECT coalesce((SELECT revision FROM workspace_revisions WHERE owner = $1 AND workspace_id = $2), 0) AS reached,
        $4::integer = ${afterAll} OR EXISTS (
          SELECT FROM state_history
          WHERE owner = $1 AND workspace_id = $2 AND revision = $3::bigint AND ordinal = $4::integer) AS known
    ) AS bounds
    LEFT JOIN (
      SELECT ${historyColumns}, panel_id AS "panelId", "foundRows"
      FROM (${cutByBytes({
        rows: `
          SELECT ${storedColumns}, panel_id
          FROM state_history
          WHERE owner = $1 AND workspace_id = $2 AND (revision, ordinal) > ($3::bigint, $4::integer)
            AND ${isVisible('$6')} AND ${isVisible('$7')}
            AND ($8::text IS NULL OR actor = $8) AND ($9::text IS NULL OR triggered_by = $9)
            AND ${ofTurn} AND ($11::text IS NULL OR about->'provenance'->>'model' = $11)
          ORDER BY revision, ordinal
          LIMIT $5`,
        order: 'revision, ordinal',
        size: 'change_size_bytes',
      })}) AS cut
    ) AS page ON true
    ORDER BY page.revision, page.ordinal`;

const readStatement = { name: 'read-feed', text: readText('$10::text IS NULL'), types: typesOfChanges };
const readTurnStatement = {
  name: 'read-feed-of-turn',
  text: readText("about IS NOT NULL AND about->>'turnId' = $10"),
  types: typesOfChanges,
};

interface Bounds {
  reached: string;
  known: boolean;
}

type FeedRow = HistoryRow & { panelId: string; foundRows: string };

/** The feed of changes, read from history in PostgreSQL. */
export class PostgresChangeFeed implements ChangeFeed {
  /** @param source an initialized data source with our schema */
  constructor(
    private readonly source: DataSource,
    private readonly large: LargeWork = inProcess,
  ) {}

  async read(
    { owner, workspaceId }: WorkspaceKey,
    { after, limit, visible, filter = {} }: FeedQuery,
  ): Promise<FeedPage | undefined> {
    const { revision, ordinal = afterAll } = after;
    const {
      panels = VisiblePanels.all,
      actor = null,
      triggeredBy = null,
      turnId = null,
      model = null,
    } = filter;
    const place = [owner, workspaceId, revision, ordinal, limit];
    const said = [actor, triggeredBy, turnId, model];
    const values = [...place, visiblePatterns(visible), visiblePatterns(panels), ...said];
    const statement = turnId === null ? readStatement : readTurnStatement;
    const rows = await query<Bounds & (FeedRow | { id: null })>(this.source, statement, values);
    const { reached, known } = rows[0] as Bounds;
    if (!known || revision > Number(reached)) return undefined;
    const found = rows.filter((row): row is Bounds & FeedRow => row.id !== null);
    const entries = await mapInTurns(found, (row) =>
      entryOf({ owner, workspaceId, panelId: row.panelId }, row, this.large),
    );
    const foundRows = Number(found[0]?.foundRows ?? 0);
    const more = foundRows === limit || foundRows > entries.length;
    const last = more ? entries.at(-1) : undefined;
    return { entries, more, end: last ? positionOf(last) : { revision: Number(reached) } };
  }

  revision(workspace: WorkspaceKey): Promise<number> {
    return readRevision(runOver(this.source), workspace);
  }
}

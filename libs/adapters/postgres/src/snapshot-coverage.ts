import type { DataSource } from 'typeorm';
import type {
  WorkspaceKey,
  Covered,
  SnapshotCoverage,
  WorkspaceCount,
  UncoveredChanges,
} from '@nexus-state/state-core';
import { eachOwner } from './distribution';
import { query, runOver } from './query';

// Every change adds one to the version of its panel, and panels that are deleted keep theirs: the sum of the versions
// counts all changes of a workspace, without reading history.
const countStatement = {
  name: 'count-workspace',
  text: `
    SELECT coalesce(sum(version), 0) AS changes, count(*) FILTER (WHERE NOT deleted) AS panels,
      coalesce((SELECT covered FROM snapshot_coverage WHERE owner = $1 AND workspace_id = $2), 0) AS covered,
      coalesce((SELECT revision FROM workspace_revisions WHERE owner = $1 AND workspace_id = $2), 0) AS revision
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2`,
};

const coverStatement = {
  name: 'cover-workspace',
  text: `
    INSERT INTO snapshot_coverage AS coverage (owner, workspace_id, covered, covered_at, covered_revision)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (owner, workspace_id) DO UPDATE
    SET covered = excluded.covered, covered_at = excluded.covered_at,
        covered_revision = coalesce(excluded.covered_revision, coverage.covered_revision)
    WHERE excluded.covered >= coverage.covered`,
};

// By revision, because history has an index on it. A snapshot of the release before notes none, so the instant has the last
// word.
const uncoveredStatement = {
  name: 'uncovered-changes',
  text: `
    WITH coverage AS MATERIALIZED (
      SELECT covered_at, covered_revision FROM snapshot_coverage WHERE owner = $1 AND workspace_id = $2
    )
    SELECT count(*) AS count, coalesce(bool_and(triggered_by = 'ai'), true) AS "allByAi",
      coalesce(bool_and(change_type = 'deleted'), true) AS "allDeletions",
      coalesce(extract(epoch FROM clock_timestamp() - max(occurred_at)) * 1000, 0) AS "quietMs"
    FROM (
      SELECT triggered_by, change_type, occurred_at
      FROM state_history
      WHERE owner = $1 AND workspace_id = $2
        AND revision > coalesce((SELECT covered_revision FROM coverage), 0)
      ORDER BY revision DESC, ordinal DESC
      LIMIT $3
    ) AS newest
    WHERE occurred_at >= coalesce((SELECT covered_at FROM coverage), '-infinity')`,
};

const changedPage = `
      SELECT owner, workspace_id, panel_id, updated_at
      FROM panel_states
      WHERE updated_at >= $1::timestamptz
        AND (updated_at, owner, workspace_id, panel_id) > ($1::timestamptz, $2::text, $3::text, $4::text)
      ORDER BY updated_at, owner, workspace_id, panel_id
      LIMIT $5`;

/**
 * Notes how many changes the workspaces of a page of panels have: the panels that were changed from an instant on, in
 * the order of their changes, behind the panel that the page before ended with.
 * Out: the last panel of the page; no row behind the last page.
 */
const noteStatement = {
  name: 'note-changes',
  text: `
    WITH page AS MATERIALIZED (${changedPage}
    ), changed AS MATERIALIZED (
      SELECT owner, workspace_id, (
        SELECT sum(version) FROM panel_states AS panel
        WHERE panel.owner = touched.owner AND panel.workspace_id = touched.workspace_id
      ) AS changes
      FROM (SELECT DISTINCT owner, workspace_id FROM page) AS touched
    ), noted AS (
      INSERT INTO snapshot_coverage AS coverage (owner, workspace_id, noted)
      SELECT owner, workspace_id, changes
      FROM changed LEFT JOIN snapshot_coverage AS known USING (owner, workspace_id)
      WHERE changes > coalesce(greatest(known.noted, known.covered), 0)
      ORDER BY owner, workspace_id
      ON CONFLICT (owner, workspace_id) DO UPDATE SET noted = greatest(coverage.noted, excluded.noted)
    )
    SELECT updated_at::text AS "updatedAt", owner, workspace_id AS "workspaceId", panel_id AS "panelId"
    FROM page
    ORDER BY page.updated_at DESC, owner DESC, workspace_id DESC, panel_id DESC
    LIMIT 1`,
};

/** The same page, where tables are distributed, in order: what is noted is noted owner by owner. */
const pageStatement = {
  name: 'changed-panels',
  text: `
    SELECT updated_at::text AS "updatedAt", owner, workspace_id AS "workspaceId", panel_id AS "panelId"
    FROM (${changedPage}) AS page
    ORDER BY page.updated_at, owner, workspace_id, panel_id`,
};

/** In: $1 the owner, $2 workspaces of theirs. */
const noteOfOwnerStatement = {
  name: 'note-changes-of-owner',
  text: `
    INSERT INTO snapshot_coverage AS coverage (owner, workspace_id, noted)
    SELECT panel.owner, panel.workspace_id, sum(panel.version)::bigint
    FROM panel_states AS panel LEFT JOIN snapshot_coverage AS known
      ON known.owner = panel.owner AND known.workspace_id = panel.workspace_id
    WHERE panel.owner = $1 AND panel.workspace_id = ANY ($2::text[])
    GROUP BY panel.owner, panel.workspace_id, known.noted, known.covered
    HAVING sum(panel.version) > coalesce(greatest(known.noted, known.covered), 0)
    ON CONFLICT (owner, workspace_id) DO UPDATE SET noted = greatest(coverage.noted, excluded.noted)`,
};

const beginStatement = {
  name: 'begin-scan',
  text: `
    SELECT clock_timestamp()::text AS now, coalesce(
      (SELECT scanned_until FROM snapshot_scans WHERE name = 'changes') - $1::double precision * interval '1 ms',
      '-infinity')::text AS since`,
};

const endStatement = {
  name: 'end-scan',
  text: `
    INSERT INTO snapshot_scans AS scan (name, scanned_until) VALUES ('changes', $1::timestamptz)
    ON CONFLICT (name) DO UPDATE SET scanned_until = greatest(scan.scanned_until, excluded.scanned_until)`,
};

const dueStatement = {
  name: 'due-workspaces',
  text: `
    SELECT owner, workspace_id AS "workspaceId"
    FROM snapshot_coverage JOIN workspaces USING (owner, workspace_id)
    WHERE noted > covered AND (owner, workspace_id) > ($1, $2)
    ORDER BY owner, workspace_id
    LIMIT $3`,
};

/** The last panel of a page. */
interface PagePlace {
  readonly updatedAt: string;
  readonly owner: string;
  readonly workspaceId: string;
  readonly panelId: string;
}

const pageSize = 2_000;

/** The coverage of snapshots in PostgreSQL. */
export class PostgresSnapshotCoverage implements SnapshotCoverage {
  /**
   * @param source an initialized data source with our schema
   * @param overlapMs what is looked at again by the next scan: more than passes between a change's instant and its
   * commit, and than clocks jump
   */
  constructor(
    private readonly source: DataSource,
    private readonly overlapMs = 600_000,
  ) {}

  async count({ owner, workspaceId }: WorkspaceKey): Promise<WorkspaceCount> {
    const values = [owner, workspaceId];
    const [row] = await query<Record<keyof WorkspaceCount, string>>(this.source, countStatement, values);
    const { changes, panels, covered, revision } = row as NonNullable<typeof row>;
    return {
      changes: Number(changes),
      panels: Number(panels),
      covered: Number(covered),
      revision: Number(revision),
    };
  }

  async cover({ owner, workspaceId }: WorkspaceKey, { changes, at, revision }: Covered): Promise<void> {
    await query(this.source, coverStatement, [owner, workspaceId, changes, at, revision ?? null]);
  }

  async uncovered({ owner, workspaceId }: WorkspaceKey, limit: number): Promise<UncoveredChanges> {
    const [row] = await query<{
      count: string;
      allByAi: boolean;
      allDeletions: boolean;
      quietMs: string;
    }>(this.source, uncoveredStatement, [owner, workspaceId, limit]);
    const { count, quietMs, ...all } = row as NonNullable<typeof row>;
    return { ...all, count: Number(count), quietMs: Math.max(0, Number(quietMs)) };
  }

  async noteChanges(signal: AbortSignal): Promise<void> {
    const [scan] = await query<{ now: string; since: string }>(this.source, beginStatement, [this.overlapMs]);
    let place: PagePlace | undefined = {
      updatedAt: scan?.since ?? '',
      owner: '',
      workspaceId: '',
      panelId: '',
    };
    while (place) {
      signal.throwIfAborted();
      const values = [place.updatedAt, place.owner, place.workspaceId, place.panelId, pageSize];
      place = await this.#notePage(values);
    }
    await query(this.source, endStatement, [scan?.now]);
  }

  async #notePage(values: readonly unknown[]): Promise<PagePlace | undefined> {
    const run = runOver(this.source);
    if (!run.ownersAtOnce) return (await run<PagePlace>(noteStatement, values))[0];
    const rows = await run<PagePlace>(pageStatement, values);
    await eachOwner(
      run.ownersAtOnce,
      rows,
      ({ owner }) => owner,
      (part, owner) =>
        run(noteOfOwnerStatement, [owner, [...new Set(part.map(({ workspaceId }) => workspaceId))]]),
    );
    return rows.at(-1);
  }

  listDue({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: WorkspaceKey | undefined;
  }): Promise<readonly WorkspaceKey[]> {
    const values = [after?.owner ?? '', after?.workspaceId ?? '', limit];
    return query<{ owner: string; workspaceId: string }>(this.source, dueStatement, values);
  }
}

import type { DataSource } from 'typeorm';
import type { SnapshotRetention, ThinningStage } from '@nexus-state/state-core';
import { query } from './query';

/**
 * Removes what is not kept of a page of automatic snapshots, in the order of their time.
 * In:  $1, $2 from when to when, $3, $4 the place the page before ended with, $5 the size of a page.
 * Out: how many were removed, and the last of the page; no row behind the last page.
 * @param newer what a snapshot must have to be removed: a newer one that is like this
 */
const thinStatement = (keep: ThinningStage['keep'], newer: string) => ({
  name: `thin-snapshots-${keep}`,
  text: `
    WITH page AS MATERIALIZED (
      SELECT owner, workspace_id, id, created_at
      FROM state_snapshots
      WHERE type = 'auto' AND created_at >= $1::timestamptz AND created_at < $2::timestamptz
        AND (created_at, id) > ($3::timestamptz, $4::uuid)
      ORDER BY created_at, id
      LIMIT $5
    ), removed AS (
      DELETE FROM state_snapshots AS old USING page
      WHERE old.owner = page.owner AND old.workspace_id = page.workspace_id AND old.id = page.id AND EXISTS (
        SELECT FROM state_snapshots AS newer
        WHERE newer.owner = page.owner AND newer.workspace_id = page.workspace_id
          AND (newer.created_at, newer.id) > (page.created_at, page.id) ${newer})
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM removed) AS removed, created_at::text AS "createdAt", id
    FROM page
    ORDER BY page.created_at DESC, page.id DESC
    LIMIT 1`,
});

const inTheSame = (unit: 'hour' | 'day') => `AND newer.type = 'auto'
          AND newer.created_at < date_trunc('${unit}', page.created_at, 'UTC') + interval '1 ${unit}'`;

const thinStatements = {
  'one-an-hour': thinStatement('one-an-hour', inTheSame('hour')),
  'one-a-day': thinStatement('one-a-day', inTheSame('day')),
  newest: thinStatement('newest', ''),
} as const;

const lastStatement = {
  name: 'last-thinned',
  text: `SELECT scanned_until AS "at" FROM snapshot_scans WHERE name = 'retention'`,
};

const noteStatement = {
  name: 'note-thinned',
  text: `
    INSERT INTO snapshot_scans AS scan (name, scanned_until) VALUES ('retention', $1::timestamptz)
    ON CONFLICT (name) DO UPDATE SET scanned_until = greatest(scan.scanned_until, excluded.scanned_until)`,
};

/** The end of a page, and how many of it were removed. */
interface PagePlace {
  readonly removed: string;
  readonly createdAt: string;
  readonly id: string;
}

const pageSize = 1_000;
const smallestId = '00000000-0000-0000-0000-000000000000';

/** Thins out the rows of automatic snapshots in PostgreSQL. */
export class PostgresSnapshotRetention implements SnapshotRetention {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async lastThinned(): Promise<string | undefined> {
    const [row] = await query<{ at: Date }>(this.source, lastStatement, []);
    return row?.at.toISOString();
  }

  async thin({ from = '-infinity', to, keep }: ThinningStage, signal: AbortSignal): Promise<number> {
    let removed = 0;
    let place: PagePlace | undefined = { removed: '0', createdAt: '-infinity', id: smallestId };
    while (place) {
      signal.throwIfAborted();
      removed += Number(place.removed);
      const values = [from, to, place.createdAt, place.id, pageSize];
      const rows: PagePlace[] = await query<PagePlace>(this.source, thinStatements[keep], values);
      place = rows[0];
    }
    return removed;
  }

  async noteThinned(at: string): Promise<void> {
    await query(this.source, noteStatement, [at]);
  }
}

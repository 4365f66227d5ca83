import type { DataSource } from 'typeorm';
import { ValidationFailed } from '@nexus-state/documents';
import {
  type ChangeFeed,
  type FeedPage,
  type FeedPosition,
  type FeedQuery,
  type LargeWork,
  type WorkspaceKey,
  inProcess,
  mapInTurns,
} from '@nexus-state/state-core';
import { largeAsText } from './json-types';
import { cutByBytes } from './cut-by-bytes';
import { type HistoryRow, entryOf, historyColumns, storedColumns } from './history';
import { query } from './query';
import { isVisible, visiblePatterns } from './visible';

/**
 * Rows are ordered by the number of their transaction, not by their own: ids are given out before the commit, so a
 * lower one may become visible after a higher one. What transactions below the horizon have written is complete: all
 * of them have ended. Changes of one panel keep their order, because each builds on one that was committed before its
 * transaction got a number.
 */
const readStatement = {
  name: 'read-feed',
  text: `
    SELECT horizon, ahead, page.*
    FROM (
      SELECT horizon, ($3::xid8, $4::bigint) > (horizon, 0) AS ahead
      FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon) AS now
    ) AS bounds
    LEFT JOIN (
      SELECT ${historyColumns}, panel_id AS "panelId", transaction_id AS "transactionId", "foundRows"
      FROM (${cutByBytes({
        rows: `
          SELECT ${storedColumns}, panel_id, transaction_id
          FROM state_history
          WHERE owner = $1 AND workspace_id = $2 AND (transaction_id, id) > ($3::xid8, $4::bigint)
            AND transaction_id < pg_snapshot_xmin(pg_current_snapshot()) AND ${isVisible('$6')}
          ORDER BY transaction_id, id
          LIMIT $5`,
        order: 'transaction_id, id',
        size: 'change_size_bytes',
      })}) AS cut
    ) AS page ON true
    ORDER BY page."transactionId", page.id`,
  types: largeAsText,
};

const endStatement = {
  name: 'end-of-feed',
  text: `SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon`,
};

interface Bounds {
  horizon: string;
  ahead: boolean;
}

type FeedRow = HistoryRow & { panelId: string; transactionId: string; foundRows: string };

/** The feed of changes, read from history in PostgreSQL. */
export class PostgresChangeFeed implements ChangeFeed {
  /** @param source an initialized data source with our schema */
  constructor(
    private readonly source: DataSource,
    private readonly large: LargeWork = inProcess,
  ) {}

  async read({ owner, workspaceId }: WorkspaceKey, { after, limit, visible }: FeedQuery): Promise<FeedPage> {
    const [transactionId, id] = after === undefined ? ['0', '0'] : parsePosition(after);
    const values = [owner, workspaceId, transactionId, id, limit, visiblePatterns(visible)];
    const rows = await query<Bounds & (FeedRow | { id: null })>(this.source, readStatement, values);
    const bounds = rows[0] as Bounds;
    if (bounds.ahead) throw notReached();
    const found = rows.filter((row): row is Bounds & FeedRow => row.id !== null);
    const entries = await mapInTurns(
      found,
      async ({
        horizon: _,
        ahead: _ahead,
        panelId,
        transactionId: transaction,
        foundRows: _rows,
        ...row
      }) => ({
        change: await entryOf({ owner, workspaceId, panelId }, row, this.large),
        position: `${transaction}-${row.id}`,
      }),
    );
    const foundRows = Number(found[0]?.foundRows ?? 0);
    const more = foundRows === limit || foundRows > entries.length;
    return { entries, more, end: (more ? entries.at(-1)?.position : undefined) ?? `${bounds.horizon}-0` };
  }

  async end(): Promise<FeedPosition> {
    const [row] = await query<{ horizon: string }>(this.source, endStatement, []);
    return `${row?.horizon}-0`;
  }
}

function parsePosition(position: FeedPosition): [string, string] {
  const [, transactionId, id] = /^(\d{1,19})-(\d{1,18})$/.exec(position) ?? [];
  if (transactionId === undefined || id === undefined) {
    throw new ValidationFailed([{ pointer: 'cursor', message: 'is not a cursor of this feed' }]);
  }
  return [transactionId, id];
}

/** A position that was not given out here: of another database, or of this one before it was restored from a backup. */
function notReached(): ValidationFailed {
  const message = 'is ahead of this feed. Read the panels again, and follow the feed from the cursor "now"';
  return new ValidationFailed([{ pointer: 'cursor', message }]);
}

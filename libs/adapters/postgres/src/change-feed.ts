import type { DataSource } from 'typeorm';
import { ValidationFailed } from '@nexus-state/documents';
import type { WorkspaceKey, ChangeFeed, FeedEntry, FeedPosition } from '@nexus-state/state-core';
import { type HistoryRow, entryOf, historyColumns } from './history';
import { query } from './query';

/**
 * Rows are ordered by the number of their transaction, not by their own: ids are given out before the commit, so a
 * lower one may become visible after a higher one. What transactions below the horizon have written is complete: all
 * of them have ended. Changes of one panel keep their order, because each builds on one that was committed before its
 * transaction got a number.
 */
const readStatement = {
  name: 'read-feed',
  text: `
    SELECT ${historyColumns}, panel_id AS "panelId", transaction_id AS "transactionId"
    FROM state_history
    WHERE owner = $1 AND workspace_id = $2 AND (transaction_id, id) > ($3::xid8, $4::bigint)
      AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY transaction_id, id
    LIMIT $5`,
};

const endStatement = {
  name: 'end-of-feed',
  text: `SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon`,
};

type FeedRow = HistoryRow & { panelId: string; transactionId: string };

/** The feed of changes, read from history in PostgreSQL. */
export class PostgresChangeFeed implements ChangeFeed {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async read(
    workspace: WorkspaceKey,
    after: FeedPosition | undefined,
    limit: number,
  ): Promise<readonly FeedEntry[]> {
    const { owner, workspaceId } = workspace;
    const [transactionId, id] = after === undefined ? ['0', '0'] : parsePosition(after);
    const rows = await query<FeedRow>(this.source, readStatement, [
      owner,
      workspaceId,
      transactionId,
      id,
      limit,
    ]);
    return rows.map(({ panelId, transactionId: transaction, ...row }) => ({
      change: entryOf({ owner, workspaceId, panelId }, row),
      position: `${transaction}-${row.id}`,
    }));
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

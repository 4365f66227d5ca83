import type { DataSource } from 'typeorm';
import type { Append, AppendOutcome, BuildAppend, Change, Panel, PanelKey, WorkspaceKey } from '../../panel';
import type { HistoryPage, HistoryQuery, PanelStore, PanelSummary } from '../../ports';
import { appendChanges, appendExclusively, appendTogether } from './append';
import { readChangeByKey, readChangesSince, readHistory } from './history';
import { readPanel } from './panel-row';
import { query, runOver } from './query';

const listStatement = {
  name: 'list-panels',
  text: `
    SELECT panel_id AS "panelId", version, updated_at AS "updatedAt", state_size_bytes AS "stateSizeBytes"
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $3 AND NOT deleted
    ORDER BY panel_id
    LIMIT $4`,
};

interface SummaryRow {
  panelId: string;
  version: string;
  updatedAt: Date;
  stateSizeBytes: number;
}

/** Panels and their history in PostgreSQL. */
export class PostgresPanelStore implements PanelStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  read(key: PanelKey): Promise<Panel | undefined> {
    return readPanel(runOver(this.source), key, 'free');
  }

  append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return appendChanges(this.source, batch);
  }

  appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined> {
    return appendExclusively(this.source, key, build);
  }

  appendTogether(
    batch: readonly Append[],
    checks: readonly { readonly key: PanelKey; readonly version: number }[],
  ): Promise<AppendOutcome> {
    return appendTogether(this.source, batch, checks);
  }

  findByIdempotencyKey(key: PanelKey, idempotencyKey: string): Promise<Change | undefined> {
    return readChangeByKey(runOver(this.source), key, idempotencyKey);
  }

  changesSince(key: PanelKey, version: number, limit: number): Promise<readonly Change[]> {
    return readChangesSince(this.source, key, version, limit);
  }

  history(key: PanelKey, page: HistoryQuery): Promise<HistoryPage> {
    return readHistory(this.source, key, page);
  }

  async list(
    workspace: WorkspaceKey,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly PanelSummary[]> {
    const { owner, workspaceId } = workspace;
    const values = [owner, workspaceId, page.after ?? '', page.limit];
    const rows = await query<SummaryRow>(this.source, listStatement, values);
    return rows.map((row) => ({
      ...row,
      version: Number(row.version),
      updatedAt: row.updatedAt.toISOString(),
    }));
  }
}

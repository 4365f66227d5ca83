import type { DataSource } from 'typeorm';
import type { JsonObject } from '../../json';
import type { WorkspaceKey } from '../../panel';
import type { WorkspacePanel, WorkspaceReader } from '../../ports';
import { inTransaction } from './transaction';

interface PanelRow {
  panelId: string;
  version: string;
  checksum: string;
  stateSizeBytes: number;
  state: JsonObject | null;
}

// A cursor shows the rows as they were when it was declared, however long it takes to fetch them. What is known comes
// as one JSON object and not as a table to join: the server has no statistics of that, and may loop over it for each row.
const declareCursor = `
  DECLARE workspace_panels NO SCROLL CURSOR FOR
  SELECT panel_id AS "panelId", version, checksum, state_size_bytes AS "stateSizeBytes",
    CASE WHEN checksum IS DISTINCT FROM ($3::jsonb ->> panel_id) THEN state END AS state
  FROM panel_states
  WHERE owner = $1 AND workspace_id = $2 AND NOT deleted`;

// States are up to 1 MiB: so many of them at once are in memory.
const batchSize = 50;

/** Reads whole workspaces out of PostgreSQL. */
export class PostgresWorkspaceReader implements WorkspaceReader {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  readPanels(
    { owner, workspaceId }: WorkspaceKey,
    known: ReadonlyMap<string, string>,
    visit: (panel: WorkspacePanel) => Promise<void>,
  ): Promise<string> {
    return inTransaction(this.source, 'REPEATABLE READ', async (run) => {
      await run(declareCursor, [owner, workspaceId, JSON.stringify(Object.fromEntries(known))]);
      const [clock] = await run<{ now: Date }>('SELECT clock_timestamp() AS now');
      for (let rows: PanelRow[] | undefined; rows === undefined || rows.length === batchSize;) {
        rows = await run<PanelRow>(`FETCH ${batchSize} FROM workspace_panels`);
        for (const row of rows) await visit(panelOf(row));
      }
      return (clock as { now: Date }).now.toISOString();
    });
  }
}

function panelOf({ version, state, ...panel }: PanelRow): WorkspacePanel {
  return { ...panel, version: Number(version), state: state ?? undefined };
}

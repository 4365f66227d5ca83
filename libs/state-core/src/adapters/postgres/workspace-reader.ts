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

// A cursor shows the rows as they were when it was declared, however long it takes to fetch them.
const declareCursor = `
  DECLARE workspace_panels NO SCROLL CURSOR FOR
  SELECT panel.panel_id AS "panelId", panel.version, panel.checksum, panel.state_size_bytes AS "stateSizeBytes",
    CASE WHEN known.checksum IS NULL THEN panel.state END AS state
  FROM panel_states panel
  LEFT JOIN unnest($3::text[], $4::text[]) AS known (panel_id, checksum)
    ON known.panel_id = panel.panel_id AND known.checksum = panel.checksum
  WHERE panel.owner = $1 AND panel.workspace_id = $2 AND NOT panel.deleted`;

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
      await run(declareCursor, [owner, workspaceId, [...known.keys()], [...known.values()]]);
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

import type { DataSource } from 'typeorm';
import { type JsonObject, type JsonText, isLarge } from '@nexus-state/documents';
import {
  type LargeWork,
  type WorkspaceKey,
  type WorkspaceInstant,
  type WorkspacePanel,
  type WorkspaceReader,
  type WorkspaceVersions,
  inProcess,
  lazyMember,
  mapInTurns,
} from '@nexus-state/state-core';
import { largeAsText } from './json-types';
import { withState } from './panel-row';
import { query } from './query';
import { inTransaction } from './transaction';

interface PanelRow {
  panelId: string;
  version: string;
  checksum: string;
  stateSizeBytes: number;
  /** As JSON. */
  state: string | null;
}

type StateRow = Omit<PanelRow, 'state'> & { readonly state: JsonObject | JsonText };

interface VersionRow {
  now: Date;
  revision: string;
  panelId: string | null;
  version: string;
  checksum: string;
  stateSizeBytes: number | null;
  updatedAt: Date;
}

const instantText = `
  SELECT clock_timestamp() AS now, coalesce(
    (SELECT revision FROM workspace_revisions WHERE owner = $1 AND workspace_id = $2), 0) AS revision`;

// A cursor shows the rows as they were when it was declared, however long it takes to fetch them. What is known comes
// as one JSON object and not as a table to join: the server has no statistics of that, and may loop over it for each row.
const declareCursor = `
  DECLARE workspace_panels NO SCROLL CURSOR FOR
  SELECT panel_id AS "panelId", version, checksum, state_size_bytes AS "stateSizeBytes",
    CASE WHEN checksum IS DISTINCT FROM ($3::jsonb ->> panel_id) THEN state::text END AS state
  FROM panel_states
  WHERE owner = $1 AND workspace_id = $2 AND NOT deleted`;

// It comes with a row of its own, for a workspace may have no panels.
const versionsStatement = {
  name: 'workspace-versions',
  text: `
    SELECT clock.now, clock.revision, panel_id AS "panelId", version, checksum, state_size_bytes AS "stateSizeBytes",
      updated_at AS "updatedAt"
    FROM (${instantText}) AS clock
    LEFT JOIN panel_states ON owner = $1 AND workspace_id = $2 AND NOT deleted`,
};

const statesStatement = {
  name: 'workspace-states',
  text: `
    SELECT panel_id AS "panelId", version, checksum, state_size_bytes AS "stateSizeBytes", state
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id = ANY($3::text[]) AND NOT deleted`,
  types: largeAsText,
};

// States are up to 1 MiB: so many of them at once are in memory.
const batchSize = 50;

/** Reads whole workspaces out of PostgreSQL. */
export class PostgresWorkspaceReader implements WorkspaceReader {
  /** @param source an initialized data source with our schema */
  constructor(
    private readonly source: DataSource,
    private readonly large: LargeWork = inProcess,
  ) {}

  readPanels(
    { owner, workspaceId }: WorkspaceKey,
    known: ReadonlyMap<string, string>,
    visit: (panel: WorkspacePanel) => Promise<void>,
  ): Promise<WorkspaceInstant> {
    return inTransaction(this.source, 'REPEATABLE READ', async (run) => {
      await run(declareCursor, [owner, workspaceId, JSON.stringify(Object.fromEntries(known))]);
      const [clock] = await run<{ now: Date; revision: string }>(instantText, [owner, workspaceId]);
      for (let rows: PanelRow[] | undefined; rows === undefined || rows.length === batchSize;) {
        rows = await run<PanelRow>(`FETCH ${batchSize} FROM workspace_panels`);
        for (const row of rows) await visit(panelOf(row));
      }
      const { now, revision } = clock as NonNullable<typeof clock>;
      return { at: now.toISOString(), revision: Number(revision) };
    });
  }

  async readVersions({ owner, workspaceId }: WorkspaceKey): Promise<WorkspaceVersions> {
    const rows = await query<VersionRow>(this.source, versionsStatement, [owner, workspaceId]);
    const totalSizeBytes = rows.reduce((sum, { stateSizeBytes }) => sum + (stateSizeBytes ?? 0), 0);
    const panels = rows.flatMap(({ panelId, version, checksum, updatedAt, stateSizeBytes }) => {
      if (panelId === null) return [];
      const panel = { version: Number(version), checksum, updatedAt: updatedAt.toISOString() };
      return [[panelId, { ...panel, stateSizeBytes: stateSizeBytes ?? 0 }] as const];
    });
    const { now, revision } = rows[0] as VersionRow;
    return {
      at: now.toISOString(),
      revision: Number(revision),
      totalSizeBytes,
      panels: new Map(panels),
    };
  }

  async readStates({ owner, workspaceId }: WorkspaceKey, panelIds: readonly string[]) {
    const values = [owner, workspaceId, panelIds];
    const rows = await query<StateRow>(this.source, statesStatement, values);
    return mapInTurns(rows, ({ state, version, ...row }) =>
      withState({ ...row, version: Number(version) }, state, this.large),
    );
  }
}

function panelOf({ version, state, ...row }: PanelRow): WorkspacePanel {
  const panel = { ...row, version: Number(version) };
  if (state === null) return { ...panel, state: undefined };
  if (!isLarge(state.length)) return { ...panel, state: JSON.parse(state) as JsonObject };
  const large = { ...panel, largeState: state } as WorkspacePanel & { state: JsonObject };
  lazyMember<{ state: JsonObject }, 'state'>(large, 'state', () => JSON.parse(state) as JsonObject);
  return large;
}

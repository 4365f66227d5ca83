import type { DataSource } from 'typeorm';
import {
  rebuildStart,
  type ChangeType,
  type PanelKey,
  type PanelHistory,
  type PastPanel,
  type PastPanelsQuery,
  type RebuildSource,
  type StoredStep,
  type WorkspaceKey,
} from '@nexus-state/state-core';
import type { JsonText } from '@nexus-state/documents';
import { allAsText } from './json-types';
import { query } from './query';
import { isVisible, visiblePatterns } from './visible';

const stepsStatement = {
  name: 'rebuild-source',
  text: `
    SELECT new_version AS version, change_type AS "changeType", patch, checksum, occurred_at AS "occurredAt",
      CASE WHEN new_version = $4 THEN full_state END AS "fullState"
    FROM state_history
    WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3 AND new_version BETWEEN $4 AND $5
    ORDER BY new_version`,
  types: allAsText,
};

interface StepRow {
  version: string;
  changeType: ChangeType;
  patch: JsonText;
  checksum: string;
  occurredAt: Date;
  fullState: JsonText | null;
}

const versionAtStatement = {
  name: 'version-at',
  text: `
    SELECT new_version AS version FROM state_history
    WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3 AND occurred_at <= $4
    ORDER BY new_version DESC
    LIMIT 1`,
};

// The primary key leads to the newest version of each panel, and from there back to the revision.
const panelsAtStatement = {
  name: 'panels-at',
  text: `
    SELECT panel_id AS "panelId", change.*
    FROM panel_states CROSS JOIN LATERAL (
      SELECT new_version AS version, change_type AS "changeType", occurred_at AS "updatedAt", checksum,
        state_size_bytes AS "stateSizeBytes"
      FROM state_history AS history
      WHERE history.owner = $1 AND history.workspace_id = $2 AND history.panel_id = panel_states.panel_id
        AND history.revision <= $3
      ORDER BY new_version DESC
      LIMIT 1) AS change
    WHERE owner = $1 AND workspace_id = $2 AND panel_id > $4 AND change."changeType" <> 'deleted' AND ${isVisible('$6')}
    ORDER BY panel_id
    LIMIT $5`,
};

interface PastRow {
  panelId: string;
  version: string;
  updatedAt: Date;
  checksum: string;
  stateSizeBytes: number | null;
}

/** The past of panels, in PostgreSQL. */
export class PostgresPanelHistory implements PanelHistory {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async rebuildSource(key: PanelKey, version: number): Promise<RebuildSource | undefined> {
    const { owner, workspaceId, panelId } = key;
    const values = [owner, workspaceId, panelId, rebuildStart(version), version];
    const rows = await query<StepRow>(this.source, stepsStatement, values);
    const last = rows.at(-1);
    if (!last || Number(last.version) !== version) return undefined;
    const first = rows[0] as StepRow;
    const copy =
      first.fullState === null ? undefined : { version: Number(first.version), state: first.fullState };
    return {
      copy,
      steps: (copy ? rows.slice(1) : rows).map(stepOf),
      occurredAt: last.occurredAt.toISOString(),
      deleted: last.changeType === 'deleted',
    };
  }

  async versionAt({ owner, workspaceId, panelId }: PanelKey, instant: string): Promise<number> {
    const values = [owner, workspaceId, panelId, new Date(instant)];
    const [row] = await query<{ version: string }>(this.source, versionAtStatement, values);
    return Number(row?.version ?? 0);
  }

  async panelsAt(
    { owner, workspaceId }: WorkspaceKey,
    { revision, visible, limit, after = '' }: PastPanelsQuery,
  ): Promise<readonly PastPanel[]> {
    const values = [owner, workspaceId, revision, after, limit, visiblePatterns(visible)];
    const rows = await query<PastRow>(this.source, panelsAtStatement, values);
    return rows.map(({ panelId, version, updatedAt, checksum, stateSizeBytes }) => ({
      panelId,
      version: Number(version),
      updatedAt: updatedAt.toISOString(),
      checksum,
      stateSizeBytes: stateSizeBytes ?? undefined,
    }));
  }
}

function stepOf({ version, changeType, patch, checksum }: StepRow): StoredStep {
  return { version: Number(version), changeType, patch, checksum };
}

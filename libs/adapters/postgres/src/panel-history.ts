import type { DataSource } from 'typeorm';
import {
  rebuildStart,
  type ChangeType,
  type PanelKey,
  type PanelHistory,
  type RebuildSource,
  type StoredStep,
} from '@nexus-state/state-core';
import type { JsonText } from '@nexus-state/documents';
import { allAsText } from './json-types';
import { query } from './query';

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
}

function stepOf({ version, changeType, patch, checksum }: StepRow): StoredStep {
  return { version: Number(version), changeType, patch, checksum };
}

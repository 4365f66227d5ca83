import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import type { Panel, PanelKey } from '@nexus-state/state-core';
import type { Run } from './query';

const readText = `
  SELECT version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted, updated_at AS "updatedAt"
  FROM panel_states
  WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3`;

const readStatement = { name: 'read-panel', text: readText };
const holdStatement = { name: 'hold-panel', text: `${readText} FOR UPDATE` };

/** What of `panel_states` makes a panel. */
export interface PanelRow {
  version: string;
  state: JsonObject;
  checksum: string;
  stateSizeBytes: number;
  deleted: boolean;
  updatedAt: Date;
}

/**
 * A panel as it is, or undefined where it was never created.
 * @param how `held` keeps other writers of it waiting until the transaction ends
 */
export async function readPanel(run: Run, key: PanelKey, how: 'free' | 'held'): Promise<Panel | undefined> {
  const statement = how === 'held' ? holdStatement : readStatement;
  const [row] = await run<PanelRow>(statement, [key.owner, key.workspaceId, key.panelId]);
  return row && panelOf(key, row);
}

/** A panel from its row. */
export function panelOf(key: PanelKey, row: PanelRow): Panel {
  return {
    ...row,
    key,
    version: Number(row.version),
    updatedAt: row.updatedAt.toISOString(),
    stateText: canonicalJson(row.state),
  };
}

import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import type { Panel, PanelKey, WorkspaceKey } from '@nexus-state/state-core';
import type { Run } from './query';

const readText = `
  SELECT version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted, updated_at AS "updatedAt"
  FROM panel_states
  WHERE owner = $1 AND workspace_id = $2 AND panel_id = $3`;

const readManyText = `
  SELECT panel_id AS "panelId", version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted,
    updated_at AS "updatedAt"
  FROM panel_states
  WHERE owner = $1 AND workspace_id = $2 AND panel_id = ANY($3::text[])`;

const readManyStatement = { name: 'read-panels', text: readManyText };
// In the order in which batches take their locks.
const holdManyStatement = {
  name: 'hold-panels',
  text: `${readManyText} ORDER BY owner, workspace_id, panel_id FOR UPDATE`,
};

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

/**
 * Panels of one workspace, by id, as they are; those that were never created are left out.
 * @param how `held` keeps other writers of them waiting until the transaction ends
 */
export async function readPanels(
  run: Run,
  { owner, workspaceId }: WorkspaceKey,
  panelIds: readonly string[],
  how: 'free' | 'held',
): Promise<Map<string, Panel>> {
  const statement = how === 'held' ? holdManyStatement : readManyStatement;
  const rows = await run<PanelRow & { panelId: string }>(statement, [owner, workspaceId, panelIds]);
  return new Map(
    rows.map(({ panelId, ...row }) => [panelId, panelOf({ owner, workspaceId, panelId }, row)] as const),
  );
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

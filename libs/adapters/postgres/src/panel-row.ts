import { type JsonObject, JsonText, canonicalJson } from '@nexus-state/documents';
import {
  type LargeWork,
  type StateReading,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  mapInTurns,
  withLazyState,
} from '@nexus-state/state-core';
import { largeAsText } from './json-types';
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

const readManyStatement = { name: 'read-panels', text: readManyText, types: largeAsText };
// In the order in which batches take their locks.
const holdManyStatement = {
  name: 'hold-panels',
  text: `${readManyText} ORDER BY owner, workspace_id, panel_id FOR UPDATE`,
  types: largeAsText,
};

const readStatement = { name: 'read-panel', text: readText, types: largeAsText };
const holdStatement = { name: 'hold-panel', text: `${readText} FOR UPDATE`, types: largeAsText };

/** What of `panel_states` makes a panel. */
export interface PanelRow {
  version: string;
  /** A text where it is large. */
  state: JsonObject | JsonText;
  checksum: string;
  stateSizeBytes: number;
  deleted: boolean;
  updatedAt: Date;
}

/**
 * A panel as it is, or undefined where it was never created.
 * @param how `held` keeps other writers of it waiting until the transaction ends
 */
export async function readPanel(
  run: Run,
  key: PanelKey,
  how: 'free' | 'held',
  large: LargeWork,
): Promise<Panel | undefined> {
  const statement = how === 'held' ? holdStatement : readStatement;
  const [row] = await run<PanelRow>(statement, [key.owner, key.workspaceId, key.panelId]);
  return row && panelOf(key, row, large);
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
  large: LargeWork,
): Promise<Map<string, Panel>> {
  const statement = how === 'held' ? holdManyStatement : readManyStatement;
  const rows = await run<PanelRow & { panelId: string }>(statement, [owner, workspaceId, panelIds]);
  const panels = await mapInTurns(rows, ({ panelId, ...row }) =>
    panelOf({ owner, workspaceId, panelId }, row, large),
  );
  return new Map(panels.map((panel) => [panel.key.panelId, panel]));
}

/** A panel from its row. */
export function panelOf(key: PanelKey, { state, ...row }: PanelRow, large: LargeWork): Promise<Panel> {
  const panel = { ...row, key, version: Number(row.version), updatedAt: row.updatedAt.toISOString() };
  return withState(panel, state, large);
}

/** A row with its state, and the canonical text of that. */
export async function withState<T extends object>(
  row: T,
  state: JsonObject | JsonText,
  large: LargeWork,
): Promise<T & StateReading> {
  if (!(state instanceof JsonText)) return { ...row, state, stateText: canonicalJson(state) };
  return withLazyState({ ...row, stateText: await large.canonical(state.text) });
}

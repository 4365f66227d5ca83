import type { ExpectedPanel } from '@nexus-state/state-core';
import type { Run } from './query';

const expectedPanels = `
  json_to_recordset($1::json) AS expected(workspace_id text, panel_id text, version bigint)`;

/**
 * Holds panels of an owner at the versions they must have.
 * In:  $1 a JSON list of panels and versions, $2 the owner.
 * Out: one row for each panel that has its version.
 */
const holdText = (strength: 'SHARE' | 'UPDATE') => `
    WITH held AS MATERIALIZED (
      SELECT stored.version AS found, expected.version
      FROM panel_states AS stored JOIN ${expectedPanels} USING (workspace_id, panel_id)
      WHERE stored.owner = $2
      ORDER BY stored.owner, stored.workspace_id, stored.panel_id
      FOR ${strength} OF stored
    )
    SELECT 1 FROM held WHERE found = version`;

const holdExisting = { name: 'hold-versions', text: holdText('SHARE') };

/** The same, of panels of which some will be changed. */
const holdToWrite = { name: 'hold-versions-to-write', text: holdText('UPDATE') };

/**
 * Takes the places of panels that must not be there: a row that is never visible makes a writer that creates the panel
 * wait, and waits for a writer that is just creating it.
 * In:  $1 a JSON list of panels, $2 their owner.
 * Out: one row for each place that was free.
 */
const takePlaces = {
  name: 'take-places',
  text: `
    INSERT INTO panel_states (owner, workspace_id, panel_id, version, state, checksum, state_size_bytes,
      state_variable_count, created_at, updated_at, last_accessed_at)
    SELECT $2::text, workspace_id, panel_id, 0, '{}', '', 0, 0, now(), now(), now() FROM ${expectedPanels}
    ORDER BY workspace_id, panel_id
    ON CONFLICT (owner, workspace_id, panel_id) DO NOTHING
    RETURNING 1`,
};

/** Gives the places back; who waits for them goes on waiting until the transaction ends. */
const leavePlaces = {
  name: 'leave-places',
  text: `DELETE FROM panel_states AS stored USING ${expectedPanels}
    WHERE stored.owner = $2 AND stored.workspace_id = expected.workspace_id
      AND stored.panel_id = expected.panel_id`,
};

/**
 * Holds panels at the versions they must have until the transaction ends; no other writer changes or creates them meanwhile.
 * @param run runs statements within the transaction
 * @param toWrite panels that this transaction changes afterwards, and the versions they must have
 * @returns whether all of them have their version; where not, the transaction is to be rolled back
 */
export async function holdVersions(
  run: Run,
  expected: readonly ExpectedPanel[],
  toWrite: readonly ExpectedPanel[] = [],
): Promise<boolean> {
  const absent = expected.filter(({ version }) => version === 0);
  const existing = [...expected, ...toWrite].filter(({ version }) => version !== 0);
  const hold = toWrite.length > 0 ? holdToWrite : holdExisting;
  // Every writer takes its locks in this order. Only who writes across workspaces names several owners.
  for (const owner of ownersOf(existing)) {
    const panels = ofOwner(existing, owner);
    if ((await run(hold, [json(panels), owner])).length < panels.length) return false;
  }
  for (const owner of ownersOf(absent)) {
    const panels = ofOwner(absent, owner);
    if ((await run(takePlaces, [json(panels), owner])).length < panels.length) return false;
    await run(leavePlaces, [json(panels), owner]);
  }
  return true;
}

function ownersOf(expected: readonly ExpectedPanel[]): string[] {
  return [...new Set(expected.map(({ key }) => key.owner))].sort();
}

function ofOwner(expected: readonly ExpectedPanel[], owner: string): ExpectedPanel[] {
  return expected.filter(({ key }) => key.owner === owner);
}

function json(expected: readonly ExpectedPanel[]): string {
  return JSON.stringify(
    expected.map(({ key: { workspaceId, panelId }, version }) => ({
      workspace_id: workspaceId,
      panel_id: panelId,
      version,
    })),
  );
}

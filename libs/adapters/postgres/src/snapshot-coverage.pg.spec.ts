import { anAppend } from '@nexus-state/state-core/testing';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotCoverage } from '@nexus-state/state-core/testing/snapshot-coverage.contract';
import { PostgresPanelStore } from './panel-store';
import { PostgresSnapshotCoverage } from './snapshot-coverage';
import { PostgresWorkspaceStore } from './workspace-store';
import { onTestDatabase } from './testing/postgres-adapter';

const open = async () => {
  const { source, close } = await onTestDatabase(() => undefined);
  const workspaces = new PostgresWorkspaceStore(source);
  return {
    source,
    store: new PostgresPanelStore(source),
    coverage: new PostgresSnapshotCoverage(source),
    deleteWorkspace: workspaces.delete.bind(workspaces),
    close,
  };
};

describeSnapshotCoverage('PostgreSQL', open);

describe('the scan of PostgreSQL', () => {
  const { signal } = new AbortController();

  it('gets over more panels than a page holds, many of them changed at one instant', async () => {
    const { source, store, coverage, close } = await open();
    const workspaces = Array.from({ length: 7 }, () => aWorkspace());
    for (const workspace of workspaces) {
      await store.append(
        Array.from({ length: 900 }, (_, n) =>
          anAppend({ ...workspace, panelId: `p${n}` }, 0, [{ state: {} }]),
        ),
      );
    }
    await source.query(`UPDATE panel_states SET updated_at = '2026-01-01T00:00:00Z'`);
    await coverage.noteChanges(signal);
    expect(await coverage.listDue({ limit: 100 })).toHaveLength(7);
    await close();
  });

  it('looks only at what was changed since the scan before, and a little longer', async () => {
    const { source, store, coverage, close } = await open();
    const [old, recent] = [aWorkspace(), aWorkspace()];
    await coverage.noteChanges(signal);
    for (const workspace of [old, recent])
      await store.append([anAppend({ ...workspace, panelId: 'a' }, 0, [{ state: {} }])]);
    await source.query(
      `UPDATE panel_states SET updated_at = updated_at - CASE WHEN owner = $1 THEN interval '1 hour' ELSE interval '5 min' END`,
      [old.owner],
    );
    await coverage.noteChanges(signal);
    expect(await coverage.listDue({ limit: 100 })).toEqual([recent]);
    await close();
  });
});

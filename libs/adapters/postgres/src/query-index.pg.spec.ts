import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { VisiblePanels, type WorkspaceKey } from '@nexus-state/state-core';
import { anAppend } from '@nexus-state/state-core/testing';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { PostgresPanelQuery } from './panel-query';
import { PostgresPanelStore } from './panel-store';
import { applyQueryIndex, readQueryIndex } from './query-index';
import { onTestDatabase } from './testing/postgres-adapter';

const migrateCommand = path.join(__dirname, '..', 'dist', 'migrate.js');
const panels = 40;
const text = 'x'.repeat(300);

describe('QUERY_INDEX', () => {
  let database: Awaited<ReturnType<typeof onTestDatabase<PostgresPanelStore>>>;
  let workspace: WorkspaceKey;
  beforeEach(async () => {
    database = await onTestDatabase((source) => new PostgresPanelStore(source));
    workspace = aWorkspace();
  });
  afterEach(() => database.close());

  const setTo = async (value: 'on' | 'off') => {
    const runner = database.source.createQueryRunner();
    try {
      return await applyQueryIndex(runner, value);
    } finally {
      await runner.release();
    }
  };

  /** Writes the next version of every panel. */
  const writeAll = (before: number) =>
    database.store.append(
      Array.from({ length: panels }, (_, n) =>
        anAppend({ ...workspace, panelId: `p${n}` }, before, [
          { state: { kind: n % 10 === 0 ? 'rare' : 'common', version: before + 1, text } },
        ]),
      ),
    );

  const updates = async (): Promise<{ all: number; hot: number }> => {
    const runner = database.source.createQueryRunner();
    try {
      // What a session has counted shows itself when the session says so.
      await runner.query('SELECT pg_stat_force_next_flush()').catch(() => undefined);
      const [row] = await runner.query(
        `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'panel_states'`,
      );
      return row;
    } finally {
      await runner.release();
    }
  };

  /** What is counted once all updates are. */
  const countedUpdates = async (expected: number) => {
    for (;;) {
      const counted = await updates();
      if (counted.all >= expected) return counted;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const rare = async () => {
    const query = new PostgresPanelQuery({ url: database.url });
    try {
      const found = await query.find(
        workspace,
        { contains: { kind: 'rare' } },
        { visible: new VisiblePanels(undefined), limit: panels },
      );
      return found.panels.map(({ key }) => key.panelId);
    } finally {
      await query.close();
    }
  };

  const indexScans = async () => {
    const [plan] = await database.source.transaction(async (manager) => {
      await manager.query('SET LOCAL enable_seqscan = off');
      return manager.query(
        `EXPLAIN (FORMAT JSON) SELECT panel_id FROM panel_states WHERE state @> '{"kind":"rare"}'`,
      );
    });
    return JSON.stringify(plan).includes('panel_states_by_state');
  };

  it('off makes updates HOT, and on keeps the index that queries use; the answers are the same', async () => {
    await writeAll(0);
    await writeAll(1);
    expect(await countedUpdates(panels)).toEqual({ all: panels, hot: 0 });
    expect(await indexScans()).toBe(true);
    const answers = await rare();
    expect(answers).toEqual(['p0', 'p10', 'p20', 'p30']);

    expect(await setTo('off')).toEqual(['panel_states_by_state', 'panel_states_by_time']);
    // The first update moves a panel from a full page. Old versions keep their room while somebody reads the table.
    let hot = 0;
    for (let version = 2; hot < 8 * panels; version++) {
      await writeAll(version);
      ({ hot } = await countedUpdates(version * panels));
    }
    expect(await indexScans()).toBe(false);
    expect(await rare()).toEqual(answers);

    expect(await setTo('on')).toEqual(['panel_states_by_state', 'panel_states_by_time']);
    expect(await indexScans()).toBe(true);
    expect(await rare()).toEqual(answers);
  }, 60_000);

  it('changes nothing the second time, and builds again what an interrupted build has left', async () => {
    expect(await setTo('on')).toEqual([]);
    await setTo('off');
    expect(await setTo('off')).toEqual([]);
    await setTo('on');
    await database.source.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'panel_states_by_state'::regclass`,
    );
    expect(await setTo('on')).toEqual(['panel_states_by_state']);
    expect(await indexScans()).toBe(true);
  });

  it('is obeyed by the migration command beside writers and other migrations', async () => {
    expect(existsSync(migrateCommand)).toBe(true);
    let isOver = false;
    await writeAll(0);
    const writer = (async () => {
      let version = 1;
      for (; !isOver; version++) {
        const outcomes = await writeAll(version);
        expect(outcomes.every(({ outcome }) => outcome === 'appended')).toBe(true);
      }
      return version;
    })();
    const migrate = (value: string) =>
      promisify(execFile)(process.execPath, [migrateCommand], {
        env: { ...process.env, DATABASE_URL: database.url, QUERY_INDEX: value },
      });
    try {
      const [first] = await Promise.all([migrate('off'), migrate('off')]);
      expect(first.stdout).toContain('The schema is up to date.');
      expect(await indexScans()).toBe(false);
      await Promise.all([migrate('on'), migrate('on')]);
      expect(await indexScans()).toBe(true);
    } finally {
      isOver = true;
    }
    expect(await writer).toBeGreaterThan(1);
    await expect(migrate('maybe')).rejects.toThrow('QUERY_INDEX must be on or off, not "maybe".');
  }, 60_000);
});

it('QUERY_INDEX is on where it is not set', () => {
  expect([undefined, '', 'on', 'off'].map(readQueryIndex)).toEqual(['on', 'on', 'on', 'off']);
});

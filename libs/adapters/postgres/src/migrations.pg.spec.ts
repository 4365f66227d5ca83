import type { DataSource } from 'typeorm';
import { aPanelKey, anAppend } from '@nexus-state/state-core/testing';
import { offersLz4 } from './migrations/017-faster-compression';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresPanelStore } from './panel-store';

describe('migrations', () => {
  it('lead to tables that the entities describe', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    for (const { target } of source.entityMetadatas) {
      expect(await source.getRepository(target).find({ take: 1 })).toEqual([]);
    }
    await close();
  });

  it('have the owner in every unique key, so that tables can be distributed by it', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    const without = await source.query(`
      SELECT relation.relname AS name
      FROM pg_index AS index
      JOIN pg_class AS relation ON relation.oid = index.indrelid
      JOIN pg_namespace AS space ON space.oid = relation.relnamespace AND space.nspname = 'public'
      WHERE index.indisunique AND NOT EXISTS (
        SELECT FROM pg_attribute AS field
        WHERE field.attrelid = relation.oid AND field.attname = 'owner' AND field.attnum = ANY (index.indkey))
      ORDER BY 1`);
    expect(without).toEqual([
      { name: 'cache_epoch' },
      { name: 'schema_migrations' },
      { name: 'snapshot_scans' },
    ]);
    await close();
  });

  it('lead back, each of them, and forth again', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    for (const _ of source.migrations) await source.undoLastMigration({ transaction: 'all' });
    const tables = await source.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    expect(tables).toEqual([{ tablename: 'schema_migrations' }]);
    await source.runMigrations({ transaction: 'all' });
    await close();
  });

  it('lead back also where several callers have used one idempotency key for a panel', async () => {
    const { store, source, close } = await onTestDatabase((database) => new PostgresPanelStore(database));
    const key = aPanelKey();
    const append = anAppend(key, 0, [{ state: { n: 1 } }, { state: { n: 2 } }]);
    const changes = append.changes.map((change) => ({ ...change, idempotencyKey: 'k' }));
    await store.append([{ ...append, changes }]);
    await undoTo(source, 'IdempotencyKeys');
    const rows = await source.query(`SELECT idempotency_key AS key FROM state_history ORDER BY new_version`);
    expect(rows).toEqual([{ key: 'k' }, { key: null }]);
    await source.runMigrations({ transaction: 'all' });
    await close();
  });

  it('compress states and history with lz4 where the server offers it, and change nothing where not', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    const methods = async () => {
      const rows = await source.query<{ method: string }[]>(`
        SELECT attcompression AS method FROM pg_attribute
        WHERE (attrelid, attname) IN (('panel_states'::regclass, 'state'),
          ('state_history'::regclass, 'patch'), ('state_history'::regclass, 'full_state'))`);
      return rows.map(({ method }) => method);
    };
    const [wanted, none] = [(await offersLz4(source)) ? 'l' : '', ''];
    expect(await methods()).toEqual([wanted, wanted, wanted]);
    await undoTo(source, 'FasterCompression');
    expect(await methods()).toEqual([none, none, none]);
    await source.runMigrations({ transaction: 'all' });
    expect(await methods()).toEqual([wanted, wanted, wanted]);
    await close();
  });

  it('give history its revisions in the order that feeds have shown, and go on from there', async () => {
    const { store, source, close } = await onTestDatabase((database) => new PostgresPanelStore(database));
    const workspace = { owner: 'ann', workspaceId: 'ws' };
    const at = (panelId: string, ofWorkspace = workspace) => ({ ...ofWorkspace, panelId });
    const state = {};
    await undoTo(source, 'Revisions');
    // As services of the release before write: later by id, earlier by transaction.
    const insert = (panelId: string, version: number, transaction: number, workspaceId = 'ws') =>
      source.query(`
        INSERT INTO state_history (owner, workspace_id, panel_id, change_type, patch, previous_version, new_version,
          triggered_by, actor, change_size_bytes, checksum, occurred_at, transaction_id)
        VALUES ('ann', '${workspaceId}', '${panelId}', 'updated', '[]', ${version - 1}, ${version},
          'user', 'ann', 2, '', now(), '${transaction}')`);
    await insert('a', 1, 10);
    await insert('b', 1, 30);
    await insert('a', 2, 20);
    await insert('b', 2, 30);
    await insert('a', 1, 15, 'other');
    await source.runMigrations({ transaction: 'all' });
    const rows = () =>
      source.query<{ change: string }[]>(`
        SELECT revision || '-' || ordinal || ' ' || panel_id || '@' || new_version AS change
        FROM state_history WHERE workspace_id = 'ws' ORDER BY revision, ordinal`);
    const before = ['1-1 a@1', '2-1 a@2', '3-1 b@1', '4-1 b@2'];
    expect((await rows()).map(({ change }) => change)).toEqual(before);
    await insert('c', 1, 40);
    await store.append([anAppend(at('d'), 0, [{ state }])]);
    await store.append([anAppend(at('d', { ...workspace, workspaceId: 'other' }), 0, [{ state }])]);
    expect((await rows()).map(({ change }) => change)).toEqual([...before, '5-1 c@1', '6-1 d@1']);
    const counters = await source.query(
      `SELECT workspace_id AS id, revision FROM workspace_revisions ORDER BY 1`,
    );
    expect(counters).toEqual([
      { id: 'other', revision: '2' },
      { id: 'ws', revision: '6' },
    ]);
    await close();
  });
});

/** Takes migrations back, the newest first, with the one of this name as the last. */
async function undoTo(source: DataSource, name: string): Promise<void> {
  for (let undone = ''; !undone.startsWith(name);) {
    const [newest] = await source.query<{ name: string }[]>(
      `SELECT name FROM schema_migrations ORDER BY id DESC`,
    );
    undone = newest?.name ?? 'none';
    await source.undoLastMigration({ transaction: 'all' });
  }
}

import { aPanelKey, anAppend } from '@nexus-state/state-core/testing';
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
    // Each back to the one that brought the keys a table of their own.
    for (let undone = ''; !undone.startsWith('IdempotencyKeys');) {
      const [newest] = await source.query<{ name: string }[]>(
        `SELECT name FROM schema_migrations ORDER BY id DESC`,
      );
      undone = newest?.name ?? 'none';
      await source.undoLastMigration({ transaction: 'all' });
    }
    const rows = await source.query(`SELECT idempotency_key AS key FROM state_history ORDER BY new_version`);
    expect(rows).toEqual([{ key: 'k' }, { key: null }]);
    await source.runMigrations({ transaction: 'all' });
    await close();
  });
});

import { onTestDatabase } from './testing/postgres-adapter';

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
});

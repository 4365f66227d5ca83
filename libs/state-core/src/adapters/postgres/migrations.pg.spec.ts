import { onTestDatabase } from '../../testing/postgres-adapter';

describe('migrations', () => {
  it('lead to tables that the entities describe', async () => {
    const { source, close } = await onTestDatabase(() => undefined);
    for (const { target } of source.entityMetadatas) {
      expect(await source.getRepository(target).find({ take: 1 })).toEqual([]);
    }
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

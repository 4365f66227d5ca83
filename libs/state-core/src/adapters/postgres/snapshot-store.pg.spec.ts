import { createTestDatabase, openDataSource } from '../../testing';
import { describeSnapshotStore } from '../../testing/snapshot-store.contract';
import { PostgresSnapshotStore } from './snapshot-store';

describeSnapshotStore('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const source = await openDataSource(database.url);
  return {
    snapshots: new PostgresSnapshotStore(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
});

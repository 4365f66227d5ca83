import { createTestDatabase } from '@nexus-state/test-kit';
import { describeSnapshotStore } from '@nexus-state/state-core/testing/snapshot-store.contract';
import { PostgresSnapshotStore } from './snapshot-store';
import { openDataSource } from './testing/postgres-adapter';

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

import { createTestDatabase } from '@nexus-state/test-kit';
import { describeEmbeddingStore } from '@nexus-state/state-core/testing/embedding-store.contract';
import { PostgresEmbeddingStore } from './embedding-store';
import { openDataSource } from './testing/postgres-adapter';

describeEmbeddingStore('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const source = await openDataSource(database.url);
  return {
    store: new PostgresEmbeddingStore(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
});

import { createTestDatabase } from '@nexus-state/test-kit';
import { describeWorkspaceReader } from '@nexus-state/state-core/testing/workspace-reader.contract';
import { PostgresPanelStore } from './panel-store';
import { PostgresWorkspaceReader } from './workspace-reader';
import { openDataSource } from './testing/postgres-adapter';

describeWorkspaceReader('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const source = await openDataSource(database.url);
  return {
    store: new PostgresPanelStore(source),
    reader: new PostgresWorkspaceReader(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
});

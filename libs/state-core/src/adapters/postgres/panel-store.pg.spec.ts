import { createTestDatabase, openDataSource } from '../../testing';
import { describePanelStore } from '../../testing/panel-store.contract';
import { PostgresPanelStore } from './panel-store';

describePanelStore('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const source = await openDataSource(database.url);
  return {
    store: new PostgresPanelStore(source),
    close: async () => {
      await source.destroy();
      await database.drop();
    },
  };
});

import { describeChangeFeed } from '@nexus-state/state-core/testing/change-feed.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';

describeChangeFeed('PostgreSQL', async () => {
  const { store, source, close } = await onTestDatabase((opened) => new PostgresPanelStore(opened));
  return { store, feed: new PostgresChangeFeed(source), close };
});

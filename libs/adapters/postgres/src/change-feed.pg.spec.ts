import { VisiblePanels } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import { describeChangeFeed } from '@nexus-state/state-core/testing/change-feed.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';

describeChangeFeed('PostgreSQL', async () => {
  const { store, source, close } = await onTestDatabase((opened) => new PostgresPanelStore(opened));
  return { store, feed: new PostgresChangeFeed(source), close };
});

describe('PostgresChangeFeed', () => {
  let database: Awaited<ReturnType<typeof onTestDatabase<PostgresPanelStore>>>;
  let feed: PostgresChangeFeed;
  beforeAll(async () => {
    database = await onTestDatabase((source) => new PostgresPanelStore(source));
    feed = new PostgresChangeFeed(database.source);
  });
  afterAll(() => database?.close());

  it('refuses a position that it has not reached, and takes the one behind everything', async () => {
    const workspace = aWorkspace();
    const read = (after: string) => feed.read(workspace, { after, limit: 1, visible: VisiblePanels.all });
    const end = await feed.end();
    expect((await read(end)).entries).toEqual([]);
    const [transaction = ''] = end.split('-');
    for (const position of [`${BigInt(transaction) + 1_000_000n}-0`, '9999999999999999999-1']) {
      await expect(read(position)).rejects.toThrow(ValidationFailed);
      await expect(read(position)).rejects.toThrow('ahead of this feed');
    }
    for (const position of ['nonsense', '-', '1', '1-2-3', `1-${'9'.repeat(19)}`]) {
      await expect(read(position)).rejects.toThrow('is not a cursor of this feed');
    }
  });
});

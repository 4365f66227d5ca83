import { VisiblePanels, type PanelKey, type FeedPage, type FeedQuery } from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import { anAppend, eventually } from '@nexus-state/state-core/testing';
import { onTestDatabase } from './testing/postgres-adapter';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';

describe('PostgresChangeFeed', () => {
  let database: Awaited<ReturnType<typeof onTestDatabase<PostgresPanelStore>>>;
  let feed: PostgresChangeFeed;
  beforeAll(async () => {
    database = await onTestDatabase((source) => new PostgresPanelStore(source));
    feed = new PostgresChangeFeed(database.source);
  });
  afterAll(() => database?.close());

  const write = (key: PanelKey, version: number, text = '') =>
    database.store.append([anAppend(key, version, [{ state: { version, text } }])]);
  const changesOf = ({ entries }: FeedPage) =>
    entries.map(({ change }) => `${change.key.panelId}@${change.version}`);

  /** Reads pages until everything of a workspace has become readable. */
  async function pagesOf(
    workspace: ReturnType<typeof aWorkspace>,
    query: Omit<FeedQuery, 'after'>,
    total: number,
  ) {
    return eventually(async () => {
      const pages: FeedPage[] = [];
      for (let after: string | undefined; pages.length < 50; after = pages.at(-1)?.end) {
        pages.push(await feed.read(workspace, { ...query, after }));
        if (!pages.at(-1)?.more) break;
      }
      return pages.flatMap(changesOf).length === total ? pages : undefined;
    }, 'every change to be readable');
  }

  it('fills pages with visible changes alone, and tells of more by them alone', async () => {
    const workspace = aWorkspace();
    const at = (panelId: string) => ({ ...workspace, panelId });
    for (const id of ['a1', 'hidden', 'a2', 'a3']) await write(at(id), 0);
    for (let version = 1; version < 30; version++) await write(at('hidden'), version);
    await write(at('a1'), 1);
    const visible = new VisiblePanels(['a*']);
    const pages = await pagesOf(workspace, { visible, limit: 3 }, 4);
    expect(pages.map(changesOf)).toEqual([['a1@1', 'a2@1', 'a3@1'], ['a1@2']]);
    expect(pages.map(({ more }) => more)).toEqual([true, false]);
    expect(pages[0]?.end).toBe(pages[0]?.entries.at(-1)?.position);

    const nothing = await feed.read(workspace, {
      after: undefined,
      limit: 3,
      visible: new VisiblePanels([]),
    });
    expect([nothing.entries, nothing.more]).toEqual([[], false]);
    await write(at('a2'), 1);
    const next = await eventually(async () => {
      const page = await feed.read(workspace, { after: pages[1]?.end, limit: 3, visible });
      return page.entries.length > 0 ? page : undefined;
    }, 'the next change');
    expect(changesOf(next)).toEqual(['a2@2']);
  });

  it('ends pages of large changes early, and loses none', async () => {
    const workspace = aWorkspace();
    const key = { ...workspace, panelId: 'large' };
    for (let version = 0; version < 12; version++)
      await write(key, version, String(version % 10).repeat(900_000));
    const pages = await pagesOf(workspace, { visible: VisiblePanels.all, limit: 100 }, 12);
    expect(pages.map(({ entries }) => entries.length)).toEqual([10, 2]);
    expect(pages.flatMap(changesOf)).toEqual(Array.from({ length: 12 }, (_, n) => `large@${n + 1}`));
  });

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

import { ValidationFailed } from '@nexus-state/documents';
import type { PanelKey, WorkspaceKey } from '../panels/model';
import type { ChangeFeed, FeedPage, FeedQuery, PanelStore } from '../panels/ports';
import { VisiblePanels } from '../workspaces/access';
import { eventually } from './eventually';
import { anAppend } from './panel-builders';
import { aWorkspace } from './snapshot-builders';

/** What adapters hand to this contract suite: a feed, and the store whose changes it reads. */
export interface FeedUnderTest {
  readonly feed: ChangeFeed;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

/** What is promised of the feed of a workspace, by every adapter alike. */
export function describeChangeFeed(name: string, open: () => Promise<FeedUnderTest>): void {
  describe(`a change feed: ${name}`, () => {
    let subject: FeedUnderTest;
    let feed: ChangeFeed;
    beforeAll(async () => {
      subject = await open();
      ({ feed } = subject);
    });
    afterAll(() => subject?.close?.());

    const write = (key: PanelKey, version: number, text = '') =>
      subject.store.append([anAppend(key, version, [{ state: { version, text } }])]);
    const changesOf = ({ entries }: FeedPage) =>
      entries.map(({ change }) => `${change.key.panelId}@${change.version}`);

    /** Reads pages until everything of a workspace has become readable. */
    const pagesOf = (workspace: WorkspaceKey, query: Omit<FeedQuery, 'after'>, total: number) =>
      eventually(async () => {
        const pages: FeedPage[] = [];
        for (let after: string | undefined; pages.length < 50; after = pages.at(-1)?.end) {
          pages.push(await feed.read(workspace, { ...query, after }));
          if (!pages.at(-1)?.more) break;
        }
        return pages.flatMap(changesOf).length === total ? pages : undefined;
      }, 'every change to be readable');

    it('fills pages with visible changes alone, and counts only these for the next page', async () => {
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

      const unseen = { after: undefined, limit: 3, visible: new VisiblePanels([]) };
      expect(await feed.read(workspace, unseen)).toMatchObject({ entries: [], more: false });
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

    it('goes on behind any of its positions, and shows the changes of no other workspace', async () => {
      const [workspace, other] = [aWorkspace(), aWorkspace()];
      for (let version = 0; version < 4; version++) {
        await write({ ...workspace, panelId: 'p' }, version);
        await write({ ...other, panelId: 'p' }, version);
      }
      const [page] = await pagesOf(workspace, { visible: VisiblePanels.all, limit: 10 }, 4);
      expect(page && changesOf(page)).toEqual(['p@1', 'p@2', 'p@3', 'p@4']);
      const rest = { after: page?.entries[1]?.position, limit: 10, visible: VisiblePanels.all };
      expect(changesOf(await feed.read(workspace, rest))).toEqual(['p@3', 'p@4']);
    });

    it('ends where nothing can be read any more', async () => {
      const workspace = aWorkspace();
      await write({ ...workspace, panelId: 'p' }, 0);
      await pagesOf(workspace, { visible: VisiblePanels.all, limit: 10 }, 1);
      const after = await feed.end(workspace);
      const page = await feed.read(workspace, { after, limit: 10, visible: VisiblePanels.all });
      expect(page).toMatchObject({ entries: [], more: false });
    });

    it.each(['', 'nonsense', '1-', '99999999999999999999999-1'])(
      'refuses %j, which is none of its positions',
      (after) =>
        expect(
          feed.read(aWorkspace(), { after, limit: 1, visible: VisiblePanels.all }),
        ).rejects.toBeInstanceOf(ValidationFailed),
    );
  });
}

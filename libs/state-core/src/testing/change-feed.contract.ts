import {
  type FeedPosition,
  type PanelKey,
  type WorkspaceKey,
  feedBeginning,
  positionOf,
  positionText,
} from '../panels/model';
import type { ChangeFeed, FeedPage, FeedQuery, PanelStore } from '../panels/ports';
import { VisiblePanels } from '../workspaces/access';
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
      entries.map(({ key, version }) => `${key.panelId}@${version}`);

    const pageAt = async (workspace: WorkspaceKey, query: FeedQuery): Promise<FeedPage> => {
      const page = await feed.read(workspace, query);
      if (!page) throw new Error('The feed does not know the position.');
      return page;
    };
    /** Reads everything of a workspace. */
    const pagesOf = async (workspace: WorkspaceKey, query: Omit<FeedQuery, 'after'>) => {
      const pages = [await pageAt(workspace, { ...query, after: feedBeginning })];
      for (let page = pages[0]; page?.more; page = pages.at(-1))
        pages.push(await pageAt(workspace, { ...query, after: page.end }));
      return pages;
    };

    it('fills pages with visible changes alone, and counts only these for the next page', async () => {
      const workspace = aWorkspace();
      const at = (panelId: string) => ({ ...workspace, panelId });
      for (const id of ['a1', 'hidden', 'a2', 'a3']) await write(at(id), 0);
      for (let version = 1; version < 30; version++) await write(at('hidden'), version);
      await write(at('a1'), 1);
      const visible = new VisiblePanels(['a*']);
      const pages = await pagesOf(workspace, { visible, limit: 3 });
      expect(pages.map(changesOf)).toEqual([['a1@1', 'a2@1', 'a3@1'], ['a1@2']]);
      expect(pages.map(({ more }) => more)).toEqual([true, false]);
      expect(pages.map(({ end }) => positionText(end))).toEqual(['4-1', '34']);

      const unseen = { after: feedBeginning, limit: 3, visible: new VisiblePanels([]) };
      expect(await feed.read(workspace, unseen)).toMatchObject({ entries: [], more: false });
      await write(at('a2'), 1);
      const next = await pageAt(workspace, { after: { revision: 34 }, limit: 3, visible });
      expect(changesOf(next)).toEqual(['a2@2']);
    });

    it('ends pages of large changes early, and loses none', async () => {
      const workspace = aWorkspace();
      const key = { ...workspace, panelId: 'large' };
      for (let version = 0; version < 12; version++)
        await write(key, version, String(version % 10).repeat(900_000));
      const pages = await pagesOf(workspace, { visible: VisiblePanels.all, limit: 100 });
      expect(pages.map(({ entries }) => entries.length)).toEqual([10, 2]);
      expect(pages.flatMap(changesOf)).toEqual(Array.from({ length: 12 }, (_, n) => `large@${n + 1}`));
    });

    it('goes on behind any of its positions, and shows the changes of no other workspace', async () => {
      const [workspace, other] = [aWorkspace(), aWorkspace()];
      for (let version = 0; version < 4; version++) {
        await write({ ...workspace, panelId: 'p' }, version);
        await write({ ...other, panelId: 'p' }, version);
      }
      const [page] = await pagesOf(workspace, { visible: VisiblePanels.all, limit: 10 });
      expect(page && changesOf(page)).toEqual(['p@1', 'p@2', 'p@3', 'p@4']);
      const all = { limit: 10, visible: VisiblePanels.all };
      for (const after of [{ revision: 2 }, { revision: 2, ordinal: 1 }])
        expect(changesOf(await pageAt(workspace, { ...all, after }))).toEqual(['p@3', 'p@4']);
    });

    it('has a revision for each change, one for all changes of a transaction, and none left out', async () => {
      const workspace = aWorkspace();
      const at = (panelId: string) => ({ ...workspace, panelId });
      const state = {};
      expect(await feed.revision(workspace)).toBe(0);
      const [chain] = await subject.store.append([anAppend(at('p'), 0, [{ state }, { state }, { state }])]);
      expect(chain).toMatchObject({ outcome: 'appended', revision: 3 });
      const together = await subject.store.appendTogether(
        [anAppend(at('r'), 0, [{ state }]), anAppend(at('q'), 0, [{ state }, { state }])],
        [{ key: at('p'), version: 3 }],
      );
      expect(together).toMatchObject({ outcome: 'appended', revision: 4 });
      const missed = await subject.store.appendTogether([anAppend(at('p'), 1, [{ state }])], []);
      expect(missed).toEqual({ outcome: 'version-mismatch' });
      expect(await subject.store.appendTogether([], [{ key: at('p'), version: 3 }])).toMatchObject({
        revision: 4,
      });
      await write(at('p'), 3);
      const page = await pageAt(workspace, { after: feedBeginning, limit: 10, visible: VisiblePanels.all });
      expect(
        page.entries.map((change) => `${positionText(positionOf(change))} ${change.key.panelId}`),
      ).toEqual([...['1-1 p', '2-1 p', '3-1 p'], ...['4-1 q', '4-2 q', '4-3 r'], '5-1 p']);
      expect(await feed.revision(workspace)).toBe(5);
      const middle = { after: { revision: 4, ordinal: 2 }, limit: 1, visible: VisiblePanels.all };
      const rest = await pageAt(workspace, middle);
      expect([changesOf(rest), rest.more]).toEqual([['r@1'], true]);
    });

    it('shows only what its filter asks for, and passes by the rest', async () => {
      const workspace = aWorkspace();
      const state = {};
      for (const [panelId, actor] of [
        ['a1', 'ann'],
        ['b1', 'ann'],
        ['a2', 'bob'],
        ['c1', 'bob'],
      ] as const)
        await subject.store.append([anAppend({ ...workspace, panelId }, 0, [{ state, actor }])]);
      const read = async (filter: FeedQuery['filter'], visible = VisiblePanels.all) => {
        const page = await pageAt(workspace, { after: feedBeginning, limit: 10, visible, filter });
        expect(page.end).toEqual({ revision: 4 });
        return page.entries.map(({ key }) => key.panelId);
      };
      const panels = new VisiblePanels(['a*', 'c1']);
      expect(await read({ panels })).toEqual(['a1', 'a2', 'c1']);
      expect(await read({ actor: 'ann' })).toEqual(['a1', 'b1']);
      expect(await read({ panels, actor: 'bob' }, new VisiblePanels(['*2']))).toEqual(['a2']);
      expect(await read({ triggeredBy: 'ai' })).toEqual([]);
      expect(await read({ triggeredBy: 'user' })).toHaveLength(4);
    });

    it('has no gap and no repeat under concurrent writers, whatever else they do', async () => {
      const workspace = aWorkspace();
      const at = (panelId: string) => ({ ...workspace, panelId });
      const state = {};
      const writers = Array.from({ length: 12 }, async (_, n) => {
        for (let version = 0; version < 8; version++) {
          if (version % 3 === 2)
            await subject.store.appendTogether(
              [anAppend(at(`w${n}`), version, [{ state }]), anAppend(at(`t${n}-${version}`), 0, [{ state }])],
              [],
            );
          else if (version % 3 === 1) await subject.store.append([anAppend(at(`w${n}`), 0, [{ state }])]);
          if (version % 3 !== 2) await subject.store.append([anAppend(at(`w${n}`), version, [{ state }])]);
        }
      });
      let after: FeedPosition = feedBeginning;
      const seen: string[] = [];
      const follow = async () => {
        const page = await pageAt(workspace, { after, limit: 20, visible: VisiblePanels.all });
        seen.push(...page.entries.map((change) => positionText(positionOf(change))));
        after = page.end;
        return page.entries.length;
      };
      let isDone = false;
      const done = Promise.all(writers).then(() => (isDone = true));
      while (!isDone) await follow();
      await done;
      while ((await follow()) > 0);
      const revisions = new Set(seen.map((position) => Number(position.split('-')[0])));
      expect([...revisions]).toEqual(Array.from({ length: 96 }, (_, n) => n + 1));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(96 + 24);
    });

    it('knows no position that it has not reached, and none between its changes', async () => {
      const workspace = aWorkspace();
      await write({ ...workspace, panelId: 'p' }, 0);
      const page = (after: FeedPosition) =>
        feed.read(workspace, { after, limit: 1, visible: VisiblePanels.all });
      expect(await page({ revision: 1 })).toMatchObject({ entries: [], more: false, end: { revision: 1 } });
      for (const after of [{ revision: 2 }, { revision: 1, ordinal: 2 }, { revision: 0, ordinal: 1 }])
        expect(await page(after)).toBeUndefined();
    });
  });
}

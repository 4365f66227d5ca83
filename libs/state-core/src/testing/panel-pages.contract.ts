import { VisiblePanels } from '../workspaces/access';
import { maxPageBytes } from '../panels/history';
import type { PanelStore } from '../panels/ports';
import { aPanelKey, anAppend } from './panel-builders';
import type { StoreUnderTest } from './panel-store.contract';

/** The promises of `PanelStore` about pages: what is visible, and how large they are. The same for every adapter. */
export function describePanelPages(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`pages of a panel store: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: PanelStore;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(() => subject?.close?.());

    it('lists as many visible panels as asked for, however many hidden ones lie between', async () => {
      const workspace = aPanelKey();
      const ids = ['a_c', 'abc', 'b1', 'b2', 'hidden', 'z'];
      for (const panelId of ids)
        await store.append([anAppend({ ...workspace, panelId }, 0, [{ state: {} }])]);
      const listed = async (patterns: readonly string[], limit: number) => {
        const page = await store.list(workspace, { visible: new VisiblePanels(patterns), limit });
        return page.map(({ panelId }) => panelId);
      };
      expect(await listed(['z', 'b*'], 2)).toEqual(['b1', 'b2']);
      expect(await listed(['z', 'a*'], 3)).toEqual(['a_c', 'abc', 'z']);
      expect(await listed(['a_c'], 9)).toEqual(['a_c']);
      expect(await listed(['*c'], 9)).toEqual(['a_c', 'abc']);
      expect(await listed(['*'], 9)).toEqual(ids);
      expect(await listed([], 9)).toEqual([]);
    });

    it('shows history up to a version, as it was when that version was the newest', async () => {
      const key = aPanelKey();
      const states = [1, 2, 3, 4].map((n) => ({ state: { n } }));
      await store.append([anAppend(key, 0, states)]);
      for (const period of [{}, { since: '2000-01-01T00:00:00Z' }]) {
        const page = await store.history(key, { limit: 2, offset: 0, upTo: 3, ...period });
        expect(page.entries.map(({ version }) => version)).toEqual([3, 2]);
        expect(page.totalChanges).toBe(3);
      }
    });

    it('ends pages of large changes early, and loses none', async () => {
      const key = aPanelKey();
      const large = (n: number) => ({ state: { n, text: String(n).repeat(900_000) } });
      for (let n = 0; n < 12; n++) await store.append([anAppend(key, n, [large(n % 10)])]);
      const pages: number[][] = [];
      for (let seen = 0; seen < 12; seen = pages.flat().length) {
        const page = await store.changesSince(key, seen, 100);
        pages.push(page.map(({ version }) => version));
      }
      expect(pages.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(pages.map(({ length }) => length)).toEqual([10, 2]);

      const { entries, totalChanges } = await store.history(key, { limit: 100, offset: 0 });
      expect([entries.length, totalChanges]).toEqual([10, 12]);
      const bytes = entries.reduce((sum, { changeSizeBytes }) => sum + changeSizeBytes, 0);
      expect(bytes).toBeGreaterThanOrEqual(maxPageBytes);
      const rest = await store.history(key, {
        limit: 100,
        offset: entries.length,
        since: '2000-01-01T00:00:00Z',
      });
      expect(rest.entries.map(({ version }) => version)).toEqual([2, 1]);
    });
  });
}

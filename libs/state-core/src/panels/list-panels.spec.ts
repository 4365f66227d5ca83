import { RevisionNotFound } from '../errors';
import { inProcess } from './large';
import { VisiblePanels } from '../workspaces/access';
import { MemoryChangeFeed, MemoryPanelStore } from '../memory';
import { ValidationFailed } from '@nexus-state/documents';
import { anAppend } from '../testing/panel-builders';
import { aWorkspace } from '../testing/snapshot-builders';
import { listPanels } from './list-panels';
import { parsePanelCursor } from './panel-cursor';

const portsOf = (store: MemoryPanelStore) => ({
  store,
  history: store,
  feed: new MemoryChangeFeed(store),
  large: inProcess,
});

describe('listPanels', () => {
  it('gives cursors of visible panels alone, and none where only hidden ones follow', async () => {
    const workspace = aWorkspace();
    const store = new MemoryPanelStore();
    for (const panelId of ['a', 'b1', 'b2', 'c', 'z'])
      await store.append([anAppend({ ...workspace, panelId }, 0, [{ state: {} }])]);
    const visible = new VisiblePanels(['b*']);
    const pages: string[][] = [];
    for (let cursor: string | undefined; pages.length < 5;) {
      const { panels, nextCursor } = await listPanels(
        { workspace, visible, limit: 1, cursor },
        portsOf(store),
      );
      pages.push(panels.map(({ panelId }) => panelId));
      if (nextCursor === null) break;
      expect(parsePanelCursor(nextCursor)).toBe(panels.at(-1)?.panelId);
      cursor = nextCursor;
    }
    expect(pages).toEqual([['b1'], ['b2']]);
  });

  it('gives the panels as they were at a revision, and refuses one that is not reached', async () => {
    const workspace = aWorkspace();
    const store = new MemoryPanelStore();
    const at = (panelId: string) => ({ ...workspace, panelId });
    await store.append([anAppend(at('a'), 0, [{ state: {} }])]);
    await store.append([anAppend(at('b'), 0, [{ state: { n: 1 } }])]);
    await store.append([anAppend(at('a'), 1, [{ state: { n: 2 } }])]);
    await store.append([anAppend(at('b'), 1, [{ state: { n: 1 }, changeType: 'deleted' }])]);
    const query = { workspace, visible: VisiblePanels.all, limit: 10 };
    const versions = async (revision: number) =>
      (await listPanels({ ...query, revision }, portsOf(store))).panels.map(
        ({ panelId, version, stateSizeBytes }) => `${panelId}@${version} ${stateSizeBytes}`,
      );
    expect(await versions(0)).toEqual([]);
    expect(await versions(1)).toEqual(['a@1 2']);
    expect(await versions(2)).toEqual(['a@1 2', 'b@1 7']);
    expect(await versions(3)).toEqual(['a@2 7', 'b@1 7']);
    expect(await versions(4)).toEqual(['a@2 7']);
    await expect(versions(5)).rejects.toThrow(RevisionNotFound);
  });

  it('refuses a cursor that is not one of the list', async () => {
    const query = { workspace: aWorkspace(), visible: VisiblePanels.all, limit: 1, cursor: 'nonsense' };
    await expect(listPanels(query, portsOf(new MemoryPanelStore()))).rejects.toThrow(ValidationFailed);
  });
});

import { VisiblePanels } from '../workspaces/access';
import { MemoryPanelStore } from '../memory';
import { ValidationFailed } from '@nexus-state/documents';
import { anAppend } from '../testing/panel-builders';
import { aWorkspace } from '../testing/snapshot-builders';
import { listPanels } from './list-panels';
import { parsePanelCursor } from './panel-cursor';

describe('listPanels', () => {
  it('gives cursors of visible panels alone, and none where only hidden ones follow', async () => {
    const workspace = aWorkspace();
    const store = new MemoryPanelStore();
    for (const panelId of ['a', 'b1', 'b2', 'c', 'z'])
      await store.append([anAppend({ ...workspace, panelId }, 0, [{ state: {} }])]);
    const visible = new VisiblePanels(['b*']);
    const pages: string[][] = [];
    for (let cursor: string | undefined; pages.length < 5;) {
      const { panels, nextCursor } = await listPanels({ workspace, visible, limit: 1, cursor }, { store });
      pages.push(panels.map(({ panelId }) => panelId));
      if (nextCursor === null) break;
      expect(parsePanelCursor(nextCursor)).toBe(panels.at(-1)?.panelId);
      cursor = nextCursor;
    }
    expect(pages).toEqual([['b1'], ['b2']]);
  });

  it('refuses a cursor that is not one of the list', async () => {
    const query = { workspace: aWorkspace(), visible: VisiblePanels.all, limit: 1, cursor: 'nonsense' };
    await expect(listPanels(query, { store: new MemoryPanelStore() })).rejects.toThrow(ValidationFailed);
  });
});

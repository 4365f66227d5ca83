import type { PanelKey, WorkspaceKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { WorkspacePanel, WorkspaceReader } from '../snapshots/ports';
import { anAppend } from './panel-builders';
import { aWorkspace } from './snapshot-builders';

/** What a reader adapter hands to its contract suite: with the store that the panels get into. */
export interface ReaderUnderTest {
  readonly reader: WorkspaceReader;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `WorkspaceReader`, the same for every adapter. */
export function describeWorkspaceReader(name: string, open: () => Promise<ReaderUnderTest>): void {
  describe(`workspace reader: ${name}`, () => {
    let subject: ReaderUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    const read = async (workspace: WorkspaceKey, known = new Map<string, string>()) => {
      const panels: WorkspacePanel[] = [];
      const instant = await subject.reader.readPanels(
        workspace,
        known,
        async (panel) => void panels.push(panel),
      );
      return { instant, panels: panels.sort((a, b) => (a.panelId < b.panelId ? -1 : 1)) };
    };
    const keyIn = (workspace: WorkspaceKey, panelId: string): PanelKey => ({ ...workspace, panelId });

    it('finds no panels in an unknown workspace, and still returns the instant', async () => {
      const { instant, panels } = await read(aWorkspace());
      expect(panels).toEqual([]);
      expect(instant).toEqual({
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        revision: 0,
      });
    });

    it('reads every panel as it is, and none that is deleted or of another owner', async () => {
      const workspace = aWorkspace();
      const state = { $state: { text: 'ü€😀', list: [1, { a: null }] }, ['__proto__']: { x: 1 } };
      const first = anAppend(keyIn(workspace, 'a:1'), 0, [{ state: {} }, { state }]);
      const gone = anAppend(keyIn(workspace, 'b'), 0, [{ state: {} }, { state: {}, changeType: 'deleted' }]);
      const other = anAppend(keyIn({ ...workspace, owner: `${workspace.owner}2` }, 'c'), 0, [{ state: {} }]);
      await subject.store.append([first, gone, other]);

      const { checksum, stateSizeBytes } = first.result;
      const { panels, instant } = await read(workspace);
      expect(panels).toEqual([{ panelId: 'a:1', version: 2, checksum, stateSizeBytes, state }]);
      expect(instant.revision).toBe(4);
    });

    it('gives a large state as text, too', async () => {
      const workspace = aWorkspace();
      const state = { list: Array.from({ length: 10_000 }, (_, id) => ({ id, name: 'ü€😀' })) };
      await subject.store.append([anAppend(keyIn(workspace, 'large'), 0, [{ state }])]);
      const [panel] = (await read(workspace)).panels;
      expect(panel?.state).toEqual(state);
      expect(JSON.parse(panel?.largeState ?? '')).toEqual(state);
    });

    it('leaves out the states the caller has, and only those', async () => {
      const workspace = aWorkspace();
      const [same, changed] = ['same', 'changed'].map((id) =>
        anAppend(keyIn(workspace, id), 0, [{ state: { id } }]),
      );
      if (!same || !changed) return;
      await subject.store.append([same, changed]);

      const known = new Map([
        ['same', same.result.checksum],
        ['changed', 'an older one'],
        ['gone', 'x'],
      ]);
      const { panels } = await read(workspace, known);
      expect(panels.map(({ panelId, state }) => [panelId, state])).toEqual([
        ['changed', { id: 'changed' }],
        ['same', undefined],
      ]);
      expect(panels[1]).toMatchObject({ version: 1, checksum: same.result.checksum });
    });

    it('reads hundreds of panels, waiting for each visit, all as of one instant', async () => {
      const workspace = aWorkspace();
      const keys = Array.from({ length: 350 }, (_, n) => keyIn(workspace, `panel-${n}`));
      await subject.store.append(keys.map((key) => anAppend(key, 0, [{ state: { n: 1 } }])));

      let visiting = 0;
      const seen: WorkspacePanel[] = [];
      await subject.reader.readPanels(workspace, new Map(), async (panel) => {
        expect(++visiting).toBe(1);
        // Changes after the first panel was seen, to panels that were not: none of them may show.
        if (seen.length === 0) {
          await subject.store.append(keys.map((key) => anAppend(key, 1, [{ state: { n: 2 } }])));
        }
        seen.push(panel);
        visiting--;
      });
      expect(seen).toHaveLength(350);
      expect(new Set(seen.map(({ version }) => version))).toEqual(new Set([1]));
      expect(new Set(seen.map(({ state }) => state?.['n']))).toEqual(new Set([1]));
    });

    it('is not earlier than the changes it shows', async () => {
      const workspace = aWorkspace();
      const [outcome] = await subject.store.append([anAppend(keyIn(workspace, 'a'), 0, [{ state: {} }])]);
      const { instant } = await read(workspace);
      expect(outcome?.outcome === 'appended' && outcome.occurredAt <= instant.at).toBe(true);
    });

    it('reads versions and checksums of one instant, and some states as they are', async () => {
      const workspace = aWorkspace();
      expect((await subject.reader.readVersions(workspace)).panels).toEqual(new Map());
      const state = { text: 'ü€😀', ['__proto__']: { x: 1 } };
      const kept = anAppend(keyIn(workspace, 'a:1'), 0, [{ state: {} }, { state }]);
      const gone = anAppend(keyIn(workspace, 'b'), 0, [{ state: {} }, { state: {}, changeType: 'deleted' }]);
      const other = anAppend(keyIn(workspace, 'c'), 0, [{ state: {} }]);
      const outcomes = await subject.store.append([kept, gone, other]);

      const { at, panels, totalSizeBytes } = await subject.reader.readVersions(workspace);
      const { checksum, stateSizeBytes } = kept.result;
      expect(totalSizeBytes).toBe(stateSizeBytes + '{}'.length);
      const updatedAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
      expect(new Map([...panels].sort())).toEqual(
        new Map([
          ['a:1', { version: 2, checksum, stateSizeBytes, updatedAt }],
          ['c', { version: 1, checksum: other.result.checksum, stateSizeBytes: '{}'.length, updatedAt }],
        ]),
      );
      for (const outcome of outcomes) {
        expect(outcome.outcome === 'appended' && outcome.occurredAt <= at).toBe(true);
      }
      expect(await subject.reader.readStates(workspace, ['a:1', 'b', 'missing'])).toEqual([
        { panelId: 'a:1', version: 2, checksum, stateSizeBytes, state, stateText: kept.result.stateText },
      ]);
      expect(await subject.reader.readStates(workspace, [])).toEqual([]);
    });

    it('ends when a visit fails, and can be used again', async () => {
      const workspace = aWorkspace();
      await subject.store.append([anAppend(keyIn(workspace, 'a'), 0, [{ state: {} }])]);
      const failing = subject.reader.readPanels(workspace, new Map(), () =>
        Promise.reject(new Error('full')),
      );
      await expect(failing).rejects.toThrow('full');
      expect((await read(workspace)).panels).toHaveLength(1);
    });
  });
}

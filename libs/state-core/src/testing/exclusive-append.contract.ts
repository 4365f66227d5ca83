import type { BuildTogether, ExpectedPanel, Panel, PanelKey } from '../panels/model';
import { aRequest } from './idempotency.contract';
import { aPanelKey, anAppend } from './panel-builders';
import type { StoreUnderTest } from './panel-store.contract';

/** The promises of `PanelStore` to transactions that lock their panels, the same for every adapter. */
export function describeExclusiveAppend(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`exclusive turns of transactions: ${name}`, () => {
    let store: StoreUnderTest['store'];
    let close: StoreUnderTest['close'];
    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close?.());

    it('reads several panels of a workspace at once, and leaves out what was never created', async () => {
      const workspace = { owner: aPanelKey().owner, workspaceId: 'ws' };
      const at = (panelId: string) => ({ ...workspace, panelId });
      await store.append([
        anAppend(at('a'), 0, [{ state: { n: 1 } }]),
        anAppend(at('b'), 0, [{ state: {} }]),
      ]);
      await store.append([anAppend(at('b'), 1, [{ state: {}, changeType: 'deleted' }])]);
      const panels = await store.readMany(workspace, ['b', 'none', 'a']);
      expect([...panels.keys()].sort()).toEqual(['a', 'b']);
      expect(panels.get('a')).toEqual(await store.read(at('a')));
      expect(panels.get('b')).toMatchObject({ version: 2, deleted: true });
      expect(await store.readMany({ ...workspace, workspaceId: 'other' }, ['a'])).toEqual(new Map());
      expect(await store.readMany(workspace, [])).toEqual(new Map());
    });

    it('runs transactions one at a time among other writers, in any order of their panels', async () => {
      const workspace = { owner: aPanelKey().owner, workspaceId: 'ws' };
      const at = (panelId: string) => ({ ...workspace, panelId });
      await store.append(['a', 'b'].map((id) => anAppend(at(id), 0, [{ state: { n: 0 } }])));
      const increment = (key: PanelKey, panel: Panel | undefined) =>
        anAppend(
          key,
          panel?.version ?? 0,
          [{ state: { n: (panel?.state['n'] as number) + 1 } }],
          panel?.state,
        );
      const both = (panelIds: readonly string[]) =>
        store.appendTogetherExclusively(workspace, panelIds, async (panels) => ({
          batch: panelIds.map((id) => increment(at(id), panels.get(id))),
          checks: [],
        }));
      const one = () => store.appendExclusively(at('b'), async (panel) => increment(at('b'), panel));
      const outcomes = await Promise.all(
        Array.from({ length: 24 }, (_, n) => (n % 3 === 2 ? one() : both(n % 3 ? ['a', 'b'] : ['b', 'a']))),
      );
      expect(outcomes.map((outcome) => outcome?.outcome)).toEqual(outcomes.map(() => 'appended'));
      const panels = await store.readMany(workspace, ['a', 'b']);
      expect([panels.get('a')?.state, panels.get('b')?.state]).toEqual([{ n: 16 }, { n: 24 }]);
    });

    it('checks panels in an exclusive turn, writes nothing where one is missed, and gives the turn back', async () => {
      const workspace = { owner: aPanelKey().owner, workspaceId: 'ws' };
      const at = (panelId: string) => ({ ...workspace, panelId });
      await store.append([anAppend(at('a'), 0, [{ state: {} }])]);
      const turn = (build: BuildTogether) => store.appendTogetherExclusively(workspace, ['a', 'b'], build);
      const write = (checks: readonly ExpectedPanel[]) =>
        turn(async (panels) => ({
          batch: [anAppend(at('a'), panels.get('a')?.version ?? 0, [{ state: { n: 1 } }])],
          checks,
        }));
      expect(await write([{ key: at('b'), version: 3 }])).toEqual({ outcome: 'version-mismatch' });
      expect(await turn(async () => undefined)).toBeUndefined();
      await expect(turn(() => Promise.reject(new Error('undecided')))).rejects.toThrow('undecided');
      expect(await store.read(at('a'))).toMatchObject({ version: 1, state: {} });
      expect(await write([{ key: at('b'), version: 0 }])).toMatchObject({ outcome: 'appended' });
      expect(await turn(async () => ({ batch: [], checks: [{ key: at('a'), version: 2 }] }))).toMatchObject({
        outcome: 'appended',
      });
    });

    it('claims an idempotency key in an exclusive turn, finds it there, and writes nothing where it is taken', async () => {
      const workspace = { owner: aPanelKey().owner, workspaceId: 'ws' };
      const key = { ...workspace, panelId: 'a' };
      const claim = { workspace, request: aRequest('k'), answer: { done: true } };
      const turn = (build: BuildTogether) => store.appendTogetherExclusively(workspace, ['a'], build);
      const append = () => ({ batch: [anAppend(key, 0, [{ state: { n: 1 } }])], checks: [], claim });
      expect(await turn(async () => append())).toMatchObject({ outcome: 'appended' });
      const found: unknown[] = [];
      await turn(async (_, find) => {
        for (const name of ['k', 'other']) found.push(await find(aRequest(name), ['a']));
        return undefined;
      });
      expect(found).toMatchObject([{ answer: { done: true } }, undefined]);
      const again = { batch: [anAppend(key, 1, [{ state: { n: 2 } }])], checks: [], claim };
      expect(await turn(async () => again)).toEqual({ outcome: 'key-taken' });
      expect(await store.read(key)).toMatchObject({ version: 1 });
    });
  });
}

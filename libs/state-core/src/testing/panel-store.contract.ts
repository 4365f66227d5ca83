import { VisiblePanels } from '../workspaces/access';
import type { JsonObject } from '@nexus-state/documents';
import type { PanelKey } from '../panels/model';
import type { PanelHeads, PanelStore } from '../panels/ports';
import { aPanelKey, anAppend } from './panel-builders';

/** What a store adapter hands to its contract suite. */
export interface StoreUnderTest {
  readonly store: PanelStore & PanelHeads;
  readonly close?: () => Promise<void>;
}

/** The promises of `PanelStore`, the same for every adapter. */
export function describePanelStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`panel store: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: PanelStore & PanelHeads;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(() => subject?.close?.());

    it('reads undefined for a panel that was never created', async () => {
      expect(await store.read(aPanelKey())).toBeUndefined();
    });

    it('reads back what was appended last, in canonical text', async () => {
      const key = aPanelKey();
      const state: JsonObject = { b: [1, { z: null, a: '\u20ac' }], a: -1.5e-7, ['__proto__']: { x: 1 } };
      const append = anAppend(key, 0, [{ state }]);
      const [outcome] = await store.append([append]);

      const panel = await store.read(key);
      expect(panel).toMatchObject({ key, version: 1, deleted: false, stateText: append.result.stateText });
      expect(panel?.checksum).toBe(append.result.checksum);
      expect(panel?.stateSizeBytes).toBe(append.result.stateSizeBytes);
      expect(outcome).toEqual({
        outcome: 'appended',
        occurredAt: panel?.updatedAt,
        revision: append.changes.length,
      });
    });

    it.each([1, 3])(
      'refuses to append after version %i when the panel is at 2, and stores nothing',
      async (expected) => {
        const key = aPanelKey();
        await store.append([anAppend(key, 0, [{ state: { n: 1 } }, { state: { n: 2 } }])]);

        expect(await store.append([anAppend(key, expected, [{ state: { n: 99 } }])])).toEqual([
          { outcome: 'version-mismatch' },
        ]);
        expect((await store.read(key))?.state).toEqual({ n: 2 });
        expect((await store.history(key, { limit: 10, offset: 0 })).totalChanges).toBe(2);
      },
    );

    it('refuses to create a panel that is there', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: { n: 1 } }])]);
      expect(await store.append([anAppend(key, 0, [{ state: { n: 2 } }])])).toEqual([
        { outcome: 'version-mismatch' },
      ]);
      expect((await store.read(key))?.state).toEqual({ n: 1 });
    });

    it('refuses to change a panel that was never created', async () => {
      const key = aPanelKey();
      expect(await store.append([anAppend(key, 4, [{ state: {} }])])).toEqual([
        { outcome: 'version-mismatch' },
      ]);
      expect(await store.read(key)).toBeUndefined();
    });

    it('lets exactly one of many simultaneous writers win', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: { n: 0 } }])]);
      const writers = Array.from({ length: 20 }, (_, n) =>
        anAppend(key, 1, [{ state: { n }, actor: `writer-${n}` }]),
      );
      const outcomes = await Promise.all(writers.map((append) => store.append([append])));

      expect(outcomes.filter(([outcome]) => outcome?.outcome === 'appended')).toHaveLength(1);
      expect(await store.changesSince(key, 1, 100)).toHaveLength(1);
      expect((await store.read(key))?.version).toBe(2);
    });

    it('lets exactly one of many simultaneous creators win', async () => {
      const key = aPanelKey();
      const creators = Array.from({ length: 20 }, (_, n) => anAppend(key, 0, [{ state: { n } }]));
      const outcomes = await Promise.all(creators.map((append) => store.append([append])));

      expect(outcomes.filter(([outcome]) => outcome?.outcome === 'appended')).toHaveLength(1);
      expect((await store.history(key, { limit: 10, offset: 0 })).totalChanges).toBe(1);
    });

    it('gives each entry of a batch its own outcome, in the order given', async () => {
      const [fresh, stale, changed] = [aPanelKey(), aPanelKey(), aPanelKey()];
      await store.append([anAppend(stale, 0, [{ state: {} }]), anAppend(changed, 0, [{ state: {} }])]);
      const outcomes = await store.append([
        anAppend(stale, 7, [{ state: { n: 1 } }]),
        anAppend(fresh, 0, [{ state: { n: 1 } }]),
        anAppend(changed, 1, [{ state: { n: 1 } }]),
      ]);

      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['version-mismatch', 'appended', 'appended']);
      expect((await store.read(stale))?.state).toEqual({});
      expect((await store.read(changed))?.version).toBe(2);
    });

    it('settles batches that share panels in opposite orders', async () => {
      const keys = Array.from({ length: 10 }, () => aPanelKey());
      await store.append(keys.map((key) => anAppend(key, 0, [{ state: {} }])));
      const round = (order: typeof keys) =>
        store.append(order.map((key) => anAppend(key, 1, [{ state: { n: 1 } }])));
      const outcomes = (await Promise.all([round(keys), round([...keys].reverse()), round(keys)])).flat();

      expect(outcomes.filter(({ outcome }) => outcome === 'appended')).toHaveLength(keys.length);
    });

    it('appends a chain as one, with a history row for each change', async () => {
      const key = aPanelKey();
      const steps = [{ state: { n: 1 } }, { state: { n: 2 } }, { state: { n: 3 } }];
      const [outcome] = await store.append([anAppend(key, 0, steps)]);

      const { entries, totalChanges } = await store.history(key, { limit: 10, offset: 0 });
      expect(totalChanges).toBe(3);
      expect(entries.map(({ version }) => version)).toEqual([3, 2, 1]);
      expect(entries.map(({ previousVersion }) => previousVersion)).toEqual([2, 1, 0]);
      expect(entries.map(({ changeType }) => changeType)).toEqual(['updated', 'updated', 'created']);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(3);
      expect(new Set(entries.map(({ occurredAt }) => occurredAt))).toEqual(
        new Set([outcome?.outcome === 'appended' ? outcome.occurredAt : 'nothing']),
      );
    });

    it('keeps a deleted panel and goes on counting when it is created again', async () => {
      const key = aPanelKey();
      await store.append([
        anAppend(key, 0, [{ state: { n: 1 } }, { state: { n: 1 }, changeType: 'deleted' }]),
      ]);
      expect(await store.read(key)).toMatchObject({ version: 2, deleted: true });

      await store.append([anAppend(key, 2, [{ state: { n: 2 }, changeType: 'created' }])]);
      expect(await store.read(key)).toMatchObject({ version: 3, deleted: false, state: { n: 2 } });
    });

    it('lists changes after a version, oldest first, as many as asked for', async () => {
      const key = aPanelKey();
      await store.append([
        anAppend(
          key,
          0,
          [1, 2, 3, 4, 5].map((n) => ({ state: { n } })),
        ),
      ]);
      const changes = await store.changesSince(key, 2, 2);

      expect(changes.map(({ version }) => version)).toEqual([3, 4]);
      expect(changes[0]).toMatchObject({ key, patch: [{ op: 'replace', path: '/n', value: 3 }] });
    });

    it('pages through history and narrows it to a period', async () => {
      const key = aPanelKey();
      for (const n of [1, 2, 3]) await store.append([anAppend(key, n - 1, [{ state: { n } }])]);
      const all = (await store.history(key, { limit: 10, offset: 0 })).entries;
      expect((await store.history(key, { limit: 1, offset: 1 })).entries).toEqual([all[1]]);

      const newest = all[0]?.occurredAt as string;
      const upTo = await store.history(key, { limit: 10, offset: 0, until: newest });
      expect(upTo.totalChanges).toBe(3);
      const later = new Date(Date.parse(newest) + 1).toISOString();
      expect(await store.history(key, { limit: 10, offset: 0, since: later })).toEqual({
        totalChanges: 0,
        entries: [],
      });
    });

    it('lets writers take exclusive turns, so that none of many is refused', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: { n: 0 } }])]);
      const increment = () =>
        store.appendExclusively(key, async (panel) => {
          const state = { n: (panel?.state['n'] as number) + 1 };
          return anAppend(key, panel?.version ?? 0, [{ state }], panel?.state);
        });
      const outcomes = await Promise.all(Array.from({ length: 20 }, increment));
      expect(outcomes.every((outcome) => outcome?.outcome === 'appended')).toBe(true);
      expect(await store.read(key)).toMatchObject({ version: 21, state: { n: 20 } });
    });

    it('reads history in an exclusive turn', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: {} }, { state: { n: 1 } }, { state: { n: 2 } }])]);
      await store.appendExclusively(key, async (panel, _, changesSince) => {
        expect(await changesSince(1, 1)).toMatchObject([{ version: 2 }]);
        expect(await changesSince(1, 10)).toMatchObject([{ version: 2 }, { version: 3 }]);
        expect(await changesSince(panel?.version ?? 0, 10)).toEqual([]);
        return undefined;
      });
      expect.assertions(3);
    });

    it('gives an exclusive turn back when nothing is appended, or deciding fails', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: {} }])]);
      expect(await store.appendExclusively(key, async () => undefined)).toBeUndefined();
      const failing = store.appendExclusively(key, async () => {
        throw new Error('undecided');
      });
      await expect(failing).rejects.toThrow('undecided');
      expect(await store.append([anAppend(key, 1, [{ state: {} }])])).toMatchObject([
        { outcome: 'appended' },
      ]);
    });

    it('appends to several panels all or nothing', async () => {
      const [one, other, checked] = [aPanelKey(), aPanelKey(), aPanelKey()];
      await store.append([anAppend(one, 0, [{ state: {} }]), anAppend(checked, 0, [{ state: {} }])]);
      const both = () => [anAppend(one, 1, [{ state: { n: 1 } }]), anAppend(other, 0, [{ state: { n: 1 } }])];
      const missed = { outcome: 'version-mismatch' };
      expect(await store.appendTogether(both(), [{ key: checked, version: 9 }])).toEqual(missed);
      expect(await store.appendTogether([...both(), anAppend(aPanelKey(), 3, [{ state: {} }])], [])).toEqual(
        missed,
      );
      expect((await store.read(one))?.version).toBe(1);
      expect(await store.read(other)).toBeUndefined();

      const checks = [
        { key: checked, version: 1 },
        { key: aPanelKey(), version: 0 },
      ];
      expect(await store.appendTogether(both(), checks)).toMatchObject({ outcome: 'appended' });
      expect((await store.read(other))?.state).toEqual({ n: 1 });
    });

    it('holds panels that must not be there against those who create them at the same instant', async () => {
      const happens = async () => {
        const [one, other] = [aPanelKey(), aPanelKey()];
        const createUnless = (key: PanelKey, absent: PanelKey) =>
          store.appendTogether([anAppend(key, 0, [{ state: {} }])], [{ key: absent, version: 0 }]);
        const outcomes = await Promise.all([createUnless(one, other), createUnless(other, one)]);
        const panels = await Promise.all([store.read(one), store.read(other)]);
        return [outcomes.filter(({ outcome }) => outcome === 'appended'), panels.filter(Boolean)];
      };
      const pairs = await Promise.all(Array.from({ length: 5 }, happens));
      expect(pairs.map((lists) => lists.map(({ length }) => length))).toEqual(pairs.map(() => [1, 1]));
    });

    it('takes note of reads without changing the panel', async () => {
      const key = aPanelKey();
      await store.append([anAppend(key, 0, [{ state: { n: 1 } }])]);
      const before = await store.read(key);
      await store.touch([
        { key, at: '2030-01-01T00:00:00.000Z' },
        { key: aPanelKey(), at: '2030-01-01T00:00:00.000Z' },
      ]);
      expect(await store.read(key)).toEqual(before);
    });

    it('keeps owners apart who use the same ids', async () => {
      const mine = aPanelKey();
      const yours = aPanelKey();
      await store.append([anAppend(mine, 0, [{ state: { whose: 'mine' } }])]);
      await store.append([anAppend(yours, 0, [{ state: { whose: 'yours' } }])]);

      expect((await store.read(mine))?.state).toEqual({ whose: 'mine' });
      expect(
        await store.list(
          { owner: yours.owner, workspaceId: 'ws' },
          { visible: VisiblePanels.all, limit: 10 },
        ),
      ).toHaveLength(1);
    });

    it('lists the panels of a workspace by id, page by page, without deleted ones, and the heads of all', async () => {
      const workspace = aPanelKey();
      const ids = ['B', 'a', 'a.b', 'a~c', 'z'];
      for (const panelId of ids)
        await store.append([anAppend({ ...workspace, panelId }, 0, [{ state: {} }])]);
      await store.append([
        anAppend({ ...workspace, panelId: 'z' }, 1, [{ state: {}, changeType: 'deleted' }]),
      ]);

      const visible = VisiblePanels.all;
      const first = await store.list(workspace, { visible, limit: 2 });
      const rest = await store.list(workspace, { visible, limit: 10, after: first[1]?.panelId });
      expect([...first, ...rest].map(({ panelId }) => panelId)).toEqual(['B', 'a', 'a.b', 'a~c']);
      expect(first[0]).toMatchObject({ version: 1, stateSizeBytes: 2 });

      const heads = [await store.heads(workspace, { limit: 3 })];
      heads.push(await store.heads(workspace, { limit: 10, after: heads[0]?.at(-1)?.panelId }));
      expect(heads.flat()).toEqual([
        ...['B', 'a', 'a.b', 'a~c'].map((panelId) => ({ panelId, version: 1, deleted: false })),
        { panelId: 'z', version: 2, deleted: true },
      ]);
    });
  });
}

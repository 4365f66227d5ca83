import type { Append, PanelKey, WorkspaceKey } from '../panels/model';
import type { HeldWorkspace, WorkspaceWriter } from '../snapshots/ports';
import type { PanelStore } from '../panels/ports';
import { aRequest } from './idempotency.contract';
import { anAppend } from './panel-builders';
import { aWorkspace } from './snapshot-builders';

/** What a writer adapter hands to its contract suite: with the store that the panels are in. */
export interface WriterUnderTest {
  readonly writer: WorkspaceWriter;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

/** The promises of `WorkspaceWriter`, the same for every adapter. */
export function describeWorkspaceWriter(name: string, open: () => Promise<WriterUnderTest>): void {
  describe(`workspace writer: ${name}`, () => {
    let subject: WriterUnderTest;
    let workspace: WorkspaceKey;
    beforeAll(async () => {
      subject = await open();
    });
    beforeEach(() => {
      workspace = aWorkspace();
    });
    afterAll(() => subject?.close?.());

    const at = (panelId: string): PanelKey => ({ ...workspace, panelId });
    /** The next change of a panel, based on the version that is held. */
    const next = async (held: HeldWorkspace, panelId: string, state: object): Promise<Append> => {
      const [panel] = await held.read([panelId]);
      const version = held.panels.get(panelId)?.version ?? 0;
      return anAppend(at(panelId), version, [{ state: { ...state } }], panel?.state);
    };
    const make = (...appends: Append[]) => subject.store.append(appends);

    it('holds every panel, deleted ones included, and reads those it is asked for', async () => {
      const kept = anAppend(at('a'), 0, [{ state: {} }, { state: { n: 2 } }]);
      const gone = anAppend(at('b'), 0, [{ state: { n: 1 } }, { state: { n: 1 }, changeType: 'deleted' }]);
      await make(kept, gone, anAppend({ ...at('c'), owner: 'another-owner' }, 0, [{ state: {} }]));
      const { result } = await subject.writer.rewrite(workspace, async (held) => ({
        panels: new Map([...held.panels].map(([id, { version, deleted }]) => [id, { version, deleted }])),
        checksum: held.panels.get('a')?.checksum,
        read: [...(await held.read(['b', 'a', 'c']))].sort((a, b) =>
          a.key.panelId < b.key.panelId ? -1 : 1,
        ),
        none: await held.read([]),
      }));
      expect(result).toMatchObject({
        panels: new Map([
          ['a', { version: 2, deleted: false }],
          ['b', { version: 2, deleted: true }],
        ]),
        checksum: kept.result.checksum,
        read: [
          { key: at('a'), version: 2, state: { n: 2 }, deleted: false },
          { key: at('b'), version: 2, state: { n: 1 }, deleted: true },
        ],
        none: [],
      });
    });

    it('makes everything that was appended visible as one instant, under one time', async () => {
      await make(...['a', 'b'].map((id) => anAppend(at(id), 0, [{ state: {} }])));
      const { occurredAt } = await subject.writer.rewrite(workspace, async (held) => {
        await held.append([await next(held, 'a', { n: 1 })]);
        expect(await subject.store.read(at('a'))).toMatchObject({ version: 1, state: {} });
        await held.append([await next(held, 'b', { n: 1 }), await next(held, 'new', { n: 1 })]);
      });
      for (const id of ['a', 'b', 'new']) {
        const panel = await subject.store.read(at(id));
        expect(panel).toMatchObject({ state: { n: 1 }, updatedAt: occurredAt });
        const [change] = await subject.store.changesSince(at(id), (panel?.version ?? 0) - 1, 1);
        expect(change).toMatchObject({ version: panel?.version, occurredAt });
      }
    });

    it('claims a key with the changes, or learns that it is taken', async () => {
      await make(anAppend(at('a'), 0, [{ state: {} }]));
      const rewrite = (n: number, fails = false) =>
        subject.writer.rewrite(workspace, async (held) => {
          await held.append([await next(held, 'a', { n })]);
          const free = await held.claim({ request: aRequest('k'), answer: { n } });
          if (fails || !free) throw new Error(free ? 'no more' : 'taken');
        });
      await expect(rewrite(1, true)).rejects.toThrow('no more');
      expect(await subject.store.findKept(workspace, aRequest('k'), [])).toBeUndefined();
      await rewrite(2);
      expect(await subject.store.findKept(workspace, aRequest('k'), [])).toMatchObject({ answer: { n: 2 } });
      await expect(rewrite(3)).rejects.toThrow('taken');
      expect(await subject.store.read(at('a'))).toMatchObject({ version: 2, state: { n: 2 } });
    });

    it('changes nothing when the work fails', async () => {
      await make(anAppend(at('a'), 0, [{ state: {} }]));
      const failing = subject.writer.rewrite(workspace, async (held) => {
        await held.append([await next(held, 'a', { n: 1 }), await next(held, 'new', {})]);
        throw new Error('no more panels');
      });
      await expect(failing).rejects.toThrow('no more panels');
      expect(await subject.store.read(at('a'))).toMatchObject({ version: 1, state: {} });
      expect(await subject.store.read(at('new'))).toBeUndefined();
    });

    it('begins anew when a panel appears in the middle', async () => {
      await make(anAppend(at('a'), 0, [{ state: {} }]));
      let calls = 0;
      await subject.writer.rewrite(workspace, async (held) => {
        if (calls++ === 0) await make(anAppend(at('late'), 0, [{ state: {} }]));
        await held.append(await Promise.all([...held.panels.keys()].map((id) => next(held, id, { n: 1 }))));
      });
      expect(calls).toBe(2);
      for (const id of ['a', 'late']) {
        expect(await subject.store.read(at(id))).toMatchObject({ version: 2, state: { n: 1 } });
      }
    });

    it('makes one revision of all that it changes, and none where it changes nothing', async () => {
      await make(...['a', 'b'].map((id) => anAppend(at(id), 0, [{ state: {} }])));
      const { result } = await subject.writer.rewrite(workspace, async (held) => {
        const before = await held.revision();
        await held.append([await next(held, 'b', { n: 1 })]);
        await held.append([await next(held, 'a', { n: 1 }), await next(held, 'new', {})]);
        return [before, await held.revision()];
      });
      expect(result).toEqual([2, 3]);
      const changes = await Promise.all(
        ['b', 'a', 'new'].map(async (id) => (await subject.store.changesSince(at(id), 0, 10)).at(-1)),
      );
      expect(changes.map((change) => change?.revision)).toEqual([3, 3, 3]);
      expect(changes.map((change) => change?.ordinal).sort()).toEqual([1, 2, 3]);
      await subject.writer.rewrite(workspace, async () => undefined);
      await make(anAppend(at('later'), 0, [{ state: {} }]));
      expect(await subject.store.changesSince(at('later'), 0, 1)).toMatchObject([{ revision: 4 }]);
    });

    it('answers the instant also where nothing was appended, and to an unknown workspace', async () => {
      const { result, occurredAt } = await subject.writer.rewrite(
        workspace,
        async ({ panels }) => panels.size,
      );
      expect([result, occurredAt]).toEqual([0, expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/)]);
    });
  });
}

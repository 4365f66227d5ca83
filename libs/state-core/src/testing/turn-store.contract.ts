import { randomUUID } from 'node:crypto';
import type { NewChange, WorkspaceKey } from '../panels/model';
import type { ChangeFeed, PanelStore } from '../panels/ports';
import type { ProposalStore } from '../proposals/ports';
import { type Turn, newTurn } from '../turns/model';
import type { TurnStore } from '../turns/ports';
import { VisiblePanels } from '../workspaces/access';
import { aPanelKey, anAppend } from './panel-builders';

/** What a store adapter hands to its contract suite. */
export interface TurnStoreUnderTest {
  readonly turns: TurnStore;
  readonly proposals: ProposalStore;
  readonly store: PanelStore;
  readonly feed: ChangeFeed;
  readonly close?: () => Promise<void>;
}

/** The promises of `TurnStore`, and of panel stores about turns, the same for every adapter. */
export function describeTurnStore(name: string, open: () => Promise<TurnStoreUnderTest>): void {
  describe(`turn store: ${name}`, () => {
    let subject: TurnStoreUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    const begin = async (workspace: WorkspaceKey, more: Partial<Turn> = {}): Promise<Turn> => {
      const request = { agent: 'bot', policy: 'merge', panels: ['a*'] } as const;
      const turn = newTurn(request, { baseRevision: 3, startedBy: 'ann', now: new Date() });
      await subject.turns.begin(workspace, { ...turn, ...more });
      return { ...turn, ...more };
    };

    const append = (key: ReturnType<typeof aPanelKey>, turnId: string, expected = 0) => {
      const made = anAppend(key, expected, [{ state: { n: expected } }]);
      const about = { turnId, provenance: { reason: 'why', model: 'm-1' } };
      const changes = made.changes.map((change): NewChange => ({ ...change, about }));
      return { ...made, changes, turnId };
    };

    it('gives back what was begun, by workspace', async () => {
      const workspace = aPanelKey();
      const turn = await begin(workspace, { description: 'it\'s\n"quoted"', panels: undefined });
      const { turnId } = turn;
      expect(await subject.turns.read({ ...workspace, turnId })).toEqual(turn);
      expect(await subject.turns.read({ ...aPanelKey(), turnId })).toBeUndefined();
    });

    it('lists turns newest first, by state and behind a place', async () => {
      const { owner, workspaceId } = aPanelKey();
      const workspace = { owner, workspaceId };
      const ids: string[] = [];
      for (const day of [1, 2, 3]) {
        const startedAt = `2026-01-0${day}T00:00:00.000Z`;
        ids.push((await begin(workspace, { startedAt })).turnId);
      }
      await subject.turns.commit({ ...workspace, turnId: ids[1] as string });
      const list = async (query: object) =>
        (await subject.turns.list(workspace, { limit: 10, ...query })).map(({ turnId }) => turnId);
      expect(await list({})).toEqual([...ids].reverse());
      expect(await list({ limit: 1 })).toEqual([ids[2]]);
      expect(await list({ state: 'committed' })).toEqual([ids[1]]);
      const after = { at: '2026-01-03T00:00:00.000Z', id: ids[2] as string };
      expect(await list({ after })).toEqual([ids[1], ids[0]]);
    });

    it('has expired turns, which take no change and no other end', async () => {
      const key = aPanelKey();
      const { turnId } = await begin(key, { expiresAt: '2026-01-01T00:00:00.000Z' });
      expect(await subject.turns.read({ ...key, turnId })).toMatchObject({
        state: 'expired',
        endedAt: '2026-01-01T00:00:00.000Z',
      });
      expect(await subject.turns.commit({ ...key, turnId })).toBe(false);
      expect(await subject.store.append([append(key, turnId)])).toEqual([{ outcome: 'turn-ended' }]);
      expect(await subject.store.read(key)).toBeUndefined();
    });

    it('is the turn of changes as long as it is open; others of the batch do not suffer', async () => {
      const [key, other] = [aPanelKey(), aPanelKey()];
      const { turnId } = await begin(key);
      const batch = [append(key, turnId), append(other, turnId), anAppend(aPanelKey(), 0, [{ state: {} }])];
      expect((await subject.store.append(batch)).map(({ outcome }) => outcome)).toEqual([
        'appended',
        'turn-ended',
        'appended',
      ]);
      expect(await subject.turns.commit({ ...key, turnId })).toBe(true);
      expect(await subject.store.append([append(key, turnId, 1)])).toEqual([{ outcome: 'turn-ended' }]);
      expect(
        await subject.store.appendTogether([append(key, turnId, 1)], [], undefined, undefined, { turnId }),
      ).toEqual({ outcome: 'turn-ended' });
    });

    it('is aborted together with changes, where none of its own is missed', async () => {
      const key = aPanelKey();
      const { owner, workspaceId } = key;
      const workspace = { owner, workspaceId };
      const { turnId } = await begin(key);
      await subject.store.append([append(key, turnId)]);
      const abort = (changes: number) =>
        subject.store.appendTogether([anAppend(key, 1, [{ state: { n: 9 } }])], [], undefined, undefined, {
          companion: { kind: 'abort-turn', workspace, turnId, changes },
        });
      expect(await abort(0)).toEqual({ outcome: 'version-mismatch' });
      expect((await subject.turns.read({ ...key, turnId }))?.state).toBe('open');
      expect(await abort(1)).toMatchObject({ outcome: 'appended', revision: 2 });
      expect((await subject.turns.read({ ...key, turnId }))?.state).toBe('aborted');
      expect(await abort(1)).toEqual({ outcome: 'turn-ended' });
      expect((await subject.store.read(key))?.version).toBe(2);
    });

    it('is aborted together with the proposal to take its changes back, or not at all', async () => {
      const key = aPanelKey();
      const { owner, workspaceId } = key;
      const workspace = { owner, workspaceId };
      const { turnId } = await begin(key);
      await subject.store.append([append(key, turnId)]);
      const heldBack = {
        proposalId: randomUUID(),
        ...{ title: 'Abort', reason: null, proposedAt: new Date().toISOString() },
        origin: { actor: 'bot', triggeredBy: 'user', triggerSource: `turn:${turnId}` },
        changes: [{ panelId: key.panelId, version: 1, delete: true as const }],
        approvers: { role: 'admin' },
      };
      const abort = (changes: number) =>
        subject.store.appendTogether([], [], undefined, undefined, {
          companion: { kind: 'abort-turn', workspace, turnId, changes, heldBack },
        });
      const proposal = () => subject.proposals.read({ ...workspace, proposalId: heldBack.proposalId });
      expect(await abort(0)).toEqual({ outcome: 'version-mismatch' });
      expect(await proposal()).toBeUndefined();
      expect(await abort(1)).toMatchObject({ outcome: 'appended' });
      expect((await subject.turns.read({ ...key, turnId }))?.state).toBe('aborted');
      expect(await proposal()).toMatchObject({ ...heldBack, reason: null, state: 'open' });
    });

    it('is found in the feed and in history, as is what a model came up with', async () => {
      const key = aPanelKey();
      const { turnId } = await begin(key);
      await subject.store.append([append(key, turnId)]);
      await subject.store.append([anAppend(key, 1, [{ state: { n: 9 } }])]);
      const about = { turnId, provenance: { reason: 'why', model: 'm-1' } };
      for (const filter of [{ turnId }, { model: 'm-1' }]) {
        const query = { after: { revision: 0 }, limit: 9, visible: VisiblePanels.all, filter };
        const page = await subject.feed.read(key, query);
        expect(page?.entries.map((entry) => [entry.version, entry.about])).toEqual([[1, about]]);
        const history = await subject.store.history(key, { limit: 9, offset: 0, filter });
        expect([history.totalChanges, history.entries[0]?.version]).toEqual([1, 1]);
      }
      const plain = await subject.store.changesSince(key, 1, 1);
      expect(plain[0]).not.toHaveProperty('about');
    });
  });
}

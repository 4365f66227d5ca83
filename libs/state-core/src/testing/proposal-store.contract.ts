import type { PanelStore } from '../panels/ports';
import type { ApprovalRule, Proposal } from '../proposals/model';
import type { ProposalStore, RuleStore } from '../proposals/ports';
import type { TurnStore } from '../turns/ports';
import { aPanelKey, anAppend } from './panel-builders';

/** What a store adapter hands to its contract suite. */
export interface ProposalStoreUnderTest {
  readonly proposals: ProposalStore;
  readonly rules: RuleStore;
  readonly turns: TurnStore;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

let count = 0;

function aProposal(more: Partial<Proposal> = {}): Proposal {
  return {
    proposalId: `proposal-${(count += 1)}`,
    title: 'it\'s\n"quoted"',
    reason: null,
    state: 'open',
    changes: [{ panelId: 'p', version: 1, patches: [{ op: 'inc', path: '/n', value: 1 }] }],
    origin: { actor: 'bot', triggeredBy: 'ai', triggerSource: null, about: { turnId: 't' } },
    approvers: { users: ['ann'] },
    proposedAt: new Date().toISOString(),
    expiresAt: undefined,
    closedBy: undefined,
    closedAt: undefined,
    comment: undefined,
    ...more,
  };
}

/** The promises of `ProposalStore` and `RuleStore`, the same for every adapter. */
export function describeProposalStore(name: string, open: () => Promise<ProposalStoreUnderTest>): void {
  describe(`proposal store: ${name}`, () => {
    let subject: ProposalStoreUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    const approve = (key: ReturnType<typeof aPanelKey>, proposalId: string, version = 0) => {
      const { owner, workspaceId } = key;
      const companion = {
        kind: 'approve-proposal',
        workspace: { owner, workspaceId },
        ...{ proposalId, closedBy: 'ann', comment: 'good' },
      } as const;
      const batch = [anAppend(key, version, [{ state: {} }])];
      return subject.store.appendTogether(batch, [], undefined, undefined, { companion });
    };

    it('is opened with the change that leaves it out, or neither happens', async () => {
      const key = aPanelKey();
      const turnId = `turn-${key.panelId}`;
      const now = Date.now();
      await subject.turns.begin(key, {
        ...{ turnId, agent: 'bot', description: null, policy: 'propose', panels: undefined, state: 'open' },
        ...{ baseRevision: 0, startedBy: 'bot', startedAt: new Date(now).toISOString() },
        ...{ expiresAt: new Date(now + 3_600_000).toISOString(), endedAt: undefined },
      });
      const { changes, state: _, ...stub } = aProposal({ approvers: undefined });
      const leaveOut = (proposalId: string, version: number) => {
        const leftOut = [{ ...stub, proposalId, version: 0, patches: changes[0]?.patches ?? [] }];
        return { ...anAppend(key, version, [{ state: {} }]), turnId, leftOut };
      };
      const read = (id: string) => subject.proposals.read({ ...key, proposalId: `${id}-${key.panelId}` });
      const named = (id: string) => `${id}-${key.panelId}`;
      expect(await subject.store.append([leaveOut(named('made'), 0)])).toMatchObject([
        { outcome: 'appended' },
      ]);
      expect(await read('made')).toMatchObject({
        ...{ state: 'open', title: stub.title, origin: stub.origin, proposedAt: stub.proposedAt },
        changes: [{ panelId: key.panelId, version: 0, patches: changes[0]?.patches }],
      });
      await subject.store.append([leaveOut(named('missed'), 0)]);
      expect(
        await subject.store.appendExclusively(key, async () => leaveOut(named('alone'), 1)),
      ).toMatchObject({
        outcome: 'appended',
      });
      await subject.turns.commit({ ...key, turnId });
      const late = { outcome: 'turn-ended' };
      expect(await subject.store.append([leaveOut(named('late'), 2)])).toEqual([late]);
      expect(await subject.store.appendExclusively(key, async () => leaveOut(named('late'), 2))).toEqual(
        late,
      );
      expect([await read('missed'), (await read('alone'))?.state, await read('late')]).toEqual([
        undefined,
        'open',
        undefined,
      ]);
    });

    it('gives back what was opened; opened again, it stays as it is', async () => {
      const workspace = aPanelKey();
      const proposal = aProposal();
      await subject.proposals.open(workspace, proposal);
      await subject.proposals.open(workspace, { ...proposal, title: 'other' });
      const { proposalId } = proposal;
      expect(await subject.proposals.read({ ...workspace, proposalId })).toEqual(proposal);
      expect(await subject.proposals.read({ ...aPanelKey(), proposalId })).toBeUndefined();
    });

    it('lists proposals newest first, by state and behind a place', async () => {
      const { owner, workspaceId } = aPanelKey();
      const workspace = { owner, workspaceId };
      const all = [1, 2, 3].map((day) => aProposal({ proposedAt: `2026-01-0${day}T00:00:00.000Z` }));
      for (const proposal of all) await subject.proposals.open(workspace, proposal);
      const ids = all.map(({ proposalId }) => proposalId).reverse();
      const list = async (query: object) =>
        (await subject.proposals.list(workspace, { limit: 10, ...query })).map(
          ({ proposalId }) => proposalId,
        );
      expect(await list({})).toEqual(ids);
      expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2));
      expect(await list({ after: { at: '2026-01-03T00:00:00.000Z', id: ids[0] } })).toEqual(ids.slice(1));
      expect(await list({ state: 'rejected' })).toEqual([]);
    });

    it('is closed once', async () => {
      const key = aPanelKey();
      const proposal = aProposal();
      const { proposalId } = proposal;
      await subject.proposals.open(key, proposal);
      const closing = { state: 'rejected', closedBy: 'ann', comment: 'no' } as const;
      expect(await subject.proposals.close({ ...key, proposalId }, closing)).toBe(true);
      expect(await subject.proposals.close({ ...key, proposalId }, closing)).toBe(false);
      const closed = await subject.proposals.read({ ...key, proposalId });
      expect(closed).toEqual({ ...proposal, ...closing, closedAt: closed?.closedAt });
      expect(closed?.closedAt).toEqual(expect.any(String));
      expect(await approve(key, proposalId)).toEqual({ outcome: 'proposal-closed' });
      expect(await subject.store.read(key)).toBeUndefined();
    });

    it('is approved together with its changes, or not at all', async () => {
      const key = aPanelKey();
      const proposal = aProposal();
      const { proposalId } = proposal;
      await subject.proposals.open(key, proposal);
      expect(await approve(key, proposalId, 7)).toEqual({ outcome: 'version-mismatch' });
      expect((await subject.proposals.read({ ...key, proposalId }))?.state).toBe('open');
      expect(await approve(key, proposalId)).toMatchObject({ outcome: 'appended' });
      expect(await subject.proposals.read({ ...key, proposalId })).toMatchObject({
        state: 'approved',
        closedBy: 'ann',
        comment: 'good',
      });
    });

    it('expires', async () => {
      const key = aPanelKey();
      const expiresAt = '2026-01-01T00:00:00.000Z';
      const proposal = aProposal({ expiresAt });
      const { proposalId } = proposal;
      await subject.proposals.open(key, proposal);
      expect(await subject.proposals.read({ ...key, proposalId })).toMatchObject({
        state: 'expired',
        closedAt: expiresAt,
      });
      expect(await approve(key, proposalId)).toEqual({ outcome: 'proposal-closed' });
    });

    it('has rules of each workspace', async () => {
      const workspace = aPanelKey();
      const rules: ApprovalRule[] = [{ when: { triggeredBy: 'ai', panels: ['a*'] }, need: 'proposal' }];
      expect(await subject.rules.read(workspace)).toEqual([]);
      await subject.rules.write(workspace, rules);
      expect(await subject.rules.read(workspace)).toEqual(rules);
      await subject.rules.write(workspace, []);
      expect(await subject.rules.read(workspace)).toEqual([]);
    });
  });
}

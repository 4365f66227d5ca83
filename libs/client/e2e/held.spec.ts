import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { testToken } from '@nexus-state/test-kit';
import { type ApprovalRule, HeldForApprovalError, type NexusClient, type WorkspaceHandle } from '../src';
import { Garden } from './garden';

interface Shop {
  name: string;
  price: number;
}

describe('changes that wait for approval', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
  }, 120_000);

  afterAll(() => garden.close());

  /** Ann owns a shop whose prices need approval; Bob works there. */
  async function shop(
    rules: readonly ApprovalRule[] = [{ when: { pointers: ['/price'] }, need: 'proposal' }],
  ) {
    const [ann, bob] = [`ann-${randomUUID()}`, `bob-${randomUUID()}`];
    const owner = garden.client({ token: testToken(ann) });
    const workspace = owner.workspace('shop');
    await workspace.panel<Shop>('tea').create({ name: 'Tea', price: 3 });
    await workspace.members.set(bob, 'editor');
    await workspace.proposals.setRules(rules);
    const client: NexusClient = garden.client({ token: testToken(bob) });
    return { ann: workspace, bob: client.workspace('shop', { owner: ann }) };
  }

  const held = async (write: Promise<unknown>): Promise<HeldForApprovalError> => {
    const error: unknown = await write.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(HeldForApprovalError);
    return error as HeldForApprovalError;
  };

  it('are refused with the proposal that they became, and made once it is approved', async () => {
    const { ann, bob } = await shop();
    const tea = bob.panel<Shop>('tea');
    const { proposalId, code, status, requestId } = await held(
      tea.patch([{ op: 'replace', path: '/price', value: 4 }]),
    );
    expect([code, status]).toEqual(['held_for_approval', 202]);
    expect(requestId).toMatch(/./);
    expect((await tea.get({ fresh: true })).state.price).toBe(3);
    await ann.proposals.approve(proposalId);
    expect((await tea.get({ fresh: true })).state.price).toBe(4);
  });

  it.each<[string, (workspace: WorkspaceHandle) => Promise<unknown>]>([
    ['a state', (shop) => shop.panel<Shop>('tea').set({ name: 'Tea', price: 9 }, { version: 1 })],
    ['a merge', (shop) => shop.panel('tea').merge({ price: 9 })],
    ['an increment', (shop) => shop.panel('tea').increment('/price', 1)],
    ['a deletion', (shop) => shop.panel('tea').delete()],
    ['a transaction', (shop) => shop.transaction((tx) => tx.set('tea', { name: 'Tea', price: 9 }))],
  ])('%s may wait, too', async (_name, write) => {
    const { ann, bob } = await shop();
    const { proposalId } = await held(write(bob));
    expect(await ann.proposals.get(proposalId)).toMatchObject({ state: 'open' });
    expect(await ann.panel('tea').get({ fresh: true })).toMatchObject({ version: 1, state: { price: 3 } });
  });

  it('are taken back from a live document, which goes on with the next change', async () => {
    const { ann, bob } = await shop();
    const document = bob.panel<Shop>('tea').open();
    await document.ready;
    const waiting = document.change((tea) => {
      tea.price = 5;
    });
    expect(document.state?.price).toBe(5);
    const { proposalId } = await held(waiting);
    expect([document.state?.price, document.pending]).toEqual([3, 0]);
    await document.change((tea) => {
      tea.name = 'Green tea';
    });
    await ann.proposals.approve(proposalId);
    await eventually(() => document.state?.price === 5, 'the approved price');
    expect(document.state).toEqual({ name: 'Green tea', price: 5 });
  });

  it('in a turn, collide with what people did: it is told what was dropped, or which proposal has it', async () => {
    const { ann, bob } = await shop([]);
    const tea = bob.panel<Shop>('tea');
    for (const policy of ['human-wins', 'propose'] as const) {
      const { version } = await tea.get({ fresh: true });
      const { turnId } = await bob.turns.begin({ agent: 'pricer', policy });
      await ann.panel<Shop>('tea').patch([{ op: 'inc', path: '/price', value: 1 }]);
      const { state } = await ann.panel<Shop>('tea').get({ fresh: true });
      const written = await tea.patch(
        [
          { op: 'replace', path: '/price', value: 100 },
          { op: 'replace', path: '/name', value: `Tea, ${policy}` },
        ],
        { version, turnId },
      );
      expect(await tea.get({ fresh: true })).toMatchObject({
        version: written.version,
        state: { name: `Tea, ${policy}`, price: state.price },
      });
      if (policy === 'human-wins') expect(written.dropped).toMatchObject([{ path: '/price', yours: 100 }]);
      else expect(await ann.proposals.get(written.proposalId as string)).toMatchObject({ state: 'open' });
      await bob.turns.commit(turnId);
    }
  });
});

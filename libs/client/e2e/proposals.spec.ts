import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { testToken } from '@nexus-state/test-kit';
import {
  ForbiddenError,
  MergeConflictError,
  type PanelHandle,
  ProposalClosedError,
  HeldForApprovalError,
  type WorkspaceHandle,
} from '../src';
import { Garden } from './garden';

interface Lamp {
  name: string;
  brightness: number;
}

/** A workspace as its owner has it, and as an editor has it. */
interface Shared {
  readonly owners: WorkspaceHandle;
  readonly editors: WorkspaceHandle;
  readonly lamp: PanelHandle<Lamp>;
  /** Has every change of the editor wait for approval. */
  rule(): Promise<void>;
}

/** What a write is refused with that waits for approval. */
async function held(write: Promise<unknown>): Promise<HeldForApprovalError> {
  const error = await write.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HeldForApprovalError);
  return error as HeldForApprovalError;
}

describe('changes that wait for a person', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
  }, 120_000);

  afterAll(() => garden.close());

  async function shared(): Promise<Shared> {
    const [owner, editor] = [`owner-${randomUUID()}`, `editor-${randomUUID()}`];
    const token = testToken(owner);
    const owners = garden.client({ token }).workspace('garden');
    const lamp = owners.panel<Lamp>('lamp');
    await lamp.create({ name: 'Lamp', brightness: 1 });
    await owners.members.set(editor, 'editor');
    const rule = async () => {
      await owners.proposals.setRules([{ when: { actor: editor }, need: 'proposal' }]);
    };
    const editors = garden.client({ token: testToken(editor) }).workspace('garden', { owner });
    return { owners, editors, lamp, rule };
  }

  it('are proposed, seen as what they come to, and approved by somebody else', async () => {
    const { owners, editors, lamp } = await shared();
    const { proposalId } = await editors.proposals.create({
      title: 'Brighter',
      reason: 'It gets dark.',
      changes: [
        { panelId: 'lamp', version: 1, patches: [{ op: 'inc', path: '/brightness', value: 5 }] },
        { panelId: 'fan', version: 0, state: { speed: 1 } },
      ],
    });
    await lamp.merge({ brightness: 10 });
    const seen = await owners.proposals.get(proposalId);
    expect(seen).toMatchObject({ title: 'Brighter', reason: 'It gets dark.', state: 'open' });
    expect(seen.preview.panels.find(({ panelId }) => panelId === 'lamp')).toMatchObject({
      version: 2,
      patch: [{ op: 'replace', path: '/brightness', value: 15 }],
      conflicts: [],
    });
    await expect(editors.proposals.approve(proposalId)).rejects.toThrow(ForbiddenError);
    const approved = await owners.proposals.approve(proposalId, { operations: [0], comment: 'No fan.' });
    expect(approved.panels).toEqual([{ panelId: 'lamp', version: 3 }]);
    const [newest] = (await lamp.history().page({ limit: 1 })).items;
    expect(newest).toMatchObject({ proposalId, approvedBy: expect.stringMatching(/^owner-/) });
    await expect(owners.proposals.reject(proposalId, 'Late.')).rejects.toThrow(ProposalClosedError);
    const [closed] = await owners.proposals.list({ state: 'approved' }).all();
    expect(closed).toMatchObject({ proposalId, comment: 'No fan.' });
  });

  it('stay open while they are in conflict, until somebody settles it; or are closed', async () => {
    const { owners, editors, lamp } = await shared();
    const patches = [{ op: 'replace', path: '/name', value: 'Sun' }] as const;
    const propose = () =>
      editors.proposals.create({ title: 'A name', changes: [{ panelId: 'lamp', version: 1, patches }] });
    const { proposalId } = await propose();
    await lamp.merge({ name: 'Moon' });
    await expect(owners.proposals.approve(proposalId)).rejects.toThrow(MergeConflictError);
    const resolutions = [{ panelId: 'lamp', path: '/name', value: 'Star' }];
    await owners.proposals.approve(proposalId, { resolutions });
    expect((await lamp.get()).state.name).toBe('Star');
    const rejected = await owners.proposals.reject((await propose()).proposalId, 'No.');
    expect(rejected).toMatchObject({ state: 'rejected', comment: 'No.' });
    const withdrawn = await editors.proposals.withdraw((await propose()).proposalId);
    expect(withdrawn).toMatchObject({ state: 'withdrawn' });
  });

  it('are what writes become under a rule: they are not made, and say which proposal they are', async () => {
    const { owners, editors, lamp, rule } = await shared();
    await rule();
    const refused = await held(editors.panel<Lamp>('lamp').merge({ brightness: 7 }));
    expect([refused.code, refused.status]).toEqual(['held_for_approval', 202]);
    expect(refused.requestId).toMatch(/./);
    expect((await lamp.get({ fresh: true })).version).toBe(1);
    await owners.proposals.approve(refused.proposalId);
    expect((await lamp.get({ fresh: true })).state.brightness).toBe(7);
  });

  it.each<[string, (editors: WorkspaceHandle) => Promise<unknown>]>([
    ['a state', (editors) => editors.panel('lamp').set({ name: 'Lamp', brightness: 9 }, { version: 1 })],
    ['a patch', (editors) => editors.panel('lamp').patch([{ op: 'remove', path: '/name' }])],
    ['an increment', (editors) => editors.panel('lamp').increment('/brightness', 1)],
    ['a deletion', (editors) => editors.panel('lamp').delete()],
    ['a transaction', (editors) => editors.transaction((tx) => tx.delete('lamp'))],
  ])('%s may wait, too', async (_name, write) => {
    const { owners, editors, lamp, rule } = await shared();
    await rule();
    const { proposalId } = await held(write(editors));
    expect(await owners.proposals.get(proposalId)).toMatchObject({ state: 'open' });
    expect((await lamp.get({ fresh: true })).version).toBe(1);
  });

  it('are taken back from a live document, and come back to it when they are approved', async () => {
    const { owners, editors, rule } = await shared();
    await rule();
    const document = editors.panel<Lamp>('lamp').open();
    await document.ready;
    await eventually(() => document.status === 'live', 'the document to be live');
    const change = document.change((draft) => void (draft.brightness = 7));
    expect(document.state?.brightness).toBe(7);
    const { proposalId } = await held(change);
    expect([document.state?.brightness, document.pending]).toEqual([1, 0]);
    await owners.proposals.approve(proposalId);
    await eventually(() => document.state?.brightness === 7, 'the approved change');
    await document.close();
  });

  it('hold what collides in a turn that proposes, beside what does not', async () => {
    const { owners, lamp } = await shared();
    const { turnId } = await owners.turns.begin({ agent: 'gardener', policy: 'propose' });
    await lamp.merge({ name: 'Moon' });
    const patches = [
      { op: 'replace', path: '/name', value: 'Sun' },
      { op: 'replace', path: '/brightness', value: 9 },
    ] as const;
    const written = await lamp.patch(patches, { version: 1, turnId });
    expect(written).toMatchObject({ version: 3, proposalId: expect.any(String) });
    expect((await lamp.get({ fresh: true })).state).toEqual({ name: 'Moon', brightness: 9 });
    const yielding = await owners.turns.begin({ agent: 'gardener', policy: 'human-wins' });
    const { dropped } = await lamp.patch([patches[0]], { version: 1, turnId: yielding.turnId });
    expect(dropped).toEqual([{ path: '/name', yours: 'Sun', theirs: 'Moon' }]);
  });
});

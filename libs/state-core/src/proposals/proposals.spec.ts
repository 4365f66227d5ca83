import type { JsonObject } from '@nexus-state/documents';
import { ProposedInstead } from '../errors';
import type { TransactionOperation } from '../panels/edit';
import type { WorkspaceEvent } from '../workspaces';
import { type Role, VisiblePanels } from '../workspaces/access';
import { CoreWorld, any, at, editor } from '../testing/core-world';
import type { ApprovalRule, ProposedChange } from './model';

const bot = { ...editor, actor: 'bot', triggeredBy: 'ai' };

let world: CoreWorld;
beforeEach(async () => {
  world = new CoreWorld();
  await world.create({ title: 'a', n: 0 });
});

const asker = (actor = 'ann', role: Role = 'editor') => ({
  workspace: world.workspace,
  actor,
  role,
  visible: VisiblePanels.all,
});
const propose = (...changes: ProposedChange[]) =>
  world.core.proposals.propose({ workspace: world.workspace, title: 'change', changes, origin: bot });
const titled = (value: string): ProposedChange => ({
  panelId: 'panel',
  version: 1,
  patches: [
    { op: 'replace', path: '/title', value },
    { op: 'add', path: '/extra', value: 1 },
  ],
});

describe('a proposal', () => {
  it('is merged over what came since, and says who approved it', async () => {
    const { proposalId } = await propose(titled('b'), { panelId: 'new', version: 0, state: { made: true } });
    await world.replace({ title: 'a', n: 7 }, 1);
    const { panels } = await world.core.proposals.read(asker(), proposalId);
    expect(panels).toMatchObject([
      { panelId: 'panel', version: 2, conflicts: [] },
      { panelId: 'new', version: 0, conflicts: [] },
    ]);
    const approved = await world.core.proposals.approve(asker(), proposalId, { comment: 'good' });
    expect(approved).toEqual({
      proposalId,
      revision: 3,
      panels: [
        { panelId: 'panel', version: 3 },
        { panelId: 'new', version: 1 },
      ],
    });
    expect((await world.read()).state).toEqual({ title: 'b', n: 7, extra: 1 });
    const [newest] = (await world.core.readHistory({ key: world.key(), limit: 1, offset: 0 })).entries;
    expect(newest).toMatchObject({ actor: 'bot', about: { proposalId, approvedBy: 'ann' } });
    const { proposal } = await world.core.proposals.read(asker(), proposalId);
    expect(proposal).toMatchObject({ state: 'approved', closedBy: 'ann', comment: 'good' });
    await expect(world.core.proposals.approve(asker(), proposalId, {})).rejects.toMatchObject({
      code: 'proposal_closed',
    });
  });

  it('stays open with a conflict, until a resolution settles it', async () => {
    const { proposalId } = await propose(titled('b'));
    await world.replace({ title: 'c', n: 0 }, 1);
    await expect(world.core.proposals.approve(asker(), proposalId, {})).rejects.toMatchObject({
      code: 'merge_conflict',
      facts: { conflicts: [{ path: '/title', yours: 'b', theirs: 'c' }] },
    });
    const resolutions = [{ panelId: 'panel', path: '/title', value: 'b & c' }];
    await world.core.proposals.approve(asker(), proposalId, { resolutions });
    expect((await world.read()).state).toEqual({ title: 'b & c', n: 0, extra: 1 });
  });

  it('may be approved in part', async () => {
    const { proposalId } = await propose(titled('b'), { panelId: 'new', version: 0, state: {} });
    await expect(
      world.core.proposals.approve(asker(), proposalId, { operations: [3] }),
    ).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(world.core.proposals.approve(asker(), proposalId, { operations: [] })).rejects.toMatchObject(
      { code: 'validation_failed' },
    );
    await world.core.proposals.approve(asker(), proposalId, { operations: [1] });
    expect((await world.read()).state).toEqual({ title: 'a', n: 0, extra: 1 });
    await expect(world.read('new')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is decided by others than its author, and withdrawn by its author alone', async () => {
    const { proposalId } = await propose(titled('b'));
    const { proposals } = world.core;
    const forbidden = { code: 'forbidden' };
    await expect(proposals.approve(asker('bot'), proposalId, {})).rejects.toMatchObject(forbidden);
    await expect(proposals.reject(asker('bot'), proposalId, 'no')).rejects.toMatchObject(forbidden);
    await expect(proposals.withdraw(asker('ann'), proposalId)).rejects.toMatchObject(forbidden);
    expect(await proposals.withdraw(asker('bot'), proposalId)).toMatchObject({ state: 'withdrawn' });
    await expect(proposals.reject(asker(), proposalId, 'no')).rejects.toMatchObject({
      code: 'proposal_closed',
    });
  });

  it('is told of to those who follow the workspace', async () => {
    const events: WorkspaceEvent[] = [];
    await world.bus.adapter.subscribe(world.workspace, {
      onChange: () => undefined,
      onEvent: (event) => void events.push(event),
      onReached: () => undefined,
      onGap: () => undefined,
    });
    const { proposalId } = await propose(titled('b'));
    await world.core.proposals.reject(asker(), proposalId, 'no');
    expect(events).toMatchObject([
      { kind: 'proposal_opened', proposal: { proposalId, state: 'open', title: 'change' } },
      { kind: 'proposal_closed', proposal: { proposalId, state: 'rejected' } },
    ]);
  });

  it('that could not be made is not opened', async () => {
    await expect(
      propose({ panelId: 'panel', version: 1, patches: [{ op: 'remove', path: '/none' }] }),
    ).rejects.toMatchObject({ code: 'patch_failed' });
    await expect(propose({ panelId: 'panel', version: 9, delete: true })).rejects.toMatchObject({
      code: 'version_conflict',
    });
  });

  it('approved while others write is made whole, or not at all', async () => {
    const { proposalId } = await propose(titled('b'), { panelId: 'new', version: 0, state: {} });
    const writes = Array.from({ length: 10 }, (_, index) =>
      world.edit({ kind: 'patch', patch: [{ op: 'add', path: `/k${index}`, value: 1 }] }, any),
    );
    await world.core.proposals.approve(asker(), proposalId, {});
    await Promise.all(writes);
    const { state } = await world.read();
    expect([state['title'], Object.keys(state).length]).toEqual(['b', 13]);
    expect((await world.read('new')).version).toBe(1);
  });
});

describe('an approval rule', () => {
  const ruled: ApprovalRule[] = [
    { when: { triggeredBy: 'ai', panels: ['pa*'], pointers: ['/title'] }, need: 'proposal' },
  ];
  const withRules = (rules = ruled) => world.rules.write(world.workspace, rules);
  const transact = (...operations: TransactionOperation[]) =>
    world.core.transact({ workspace: world.workspace, operations, origin: bot });
  const patch = [{ op: 'replace', path: '/title', value: 'its' }] as const;
  const state: JsonObject = { title: 'its', n: 0 };

  const doors: Record<string, () => Promise<unknown>> = {
    patch: () => world.edit({ kind: 'patch', patch }, at(1), { origin: bot }),
    'a merge patch': () =>
      world.edit({ kind: 'merge-patch', document: { title: 'its' } }, any, { origin: bot }),
    'a replacement': () => world.replace(state, 1, { origin: bot }),
    'a deletion': () => world.edit({ kind: 'delete' }, any, { origin: bot }),
    'a creation': () => world.create(state, { key: world.key('panel2'), origin: bot }),
    'a set in a transaction': () =>
      transact({ op: 'set', panelId: 'other', state: {} }, { op: 'set', panelId: 'panel', state }),
    'a patch in a transaction': () => transact({ op: 'patch', panelId: 'panel', patches: patch, version: 1 }),
    'a deletion in a transaction': () => transact({ op: 'delete', panelId: 'panel' }),
  };

  it.each(Object.keys(doors))('makes a proposal of %s', async (door) => {
    await withRules();
    const change = doors[door] as () => Promise<unknown>;
    const error: unknown = await change().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProposedInstead);
    const { proposalId } = error as ProposedInstead;
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
    expect((await world.read()).version).toBe(1);
    await expect(world.read('other')).rejects.toMatchObject({ code: 'not_found' });
    await world.core.proposals.approve(asker(), proposalId, {});
    const after = await world.read(door === 'a creation' ? 'panel2' : 'panel').catch(() => undefined);
    expect(after?.state).toEqual(door.includes('deletion') ? undefined : state);
  });

  it('makes a proposal of a revert and of an undo', async () => {
    await world.replace({ title: 'hers', n: 0 }, 1);
    await withRules([{ when: { pointers: ['/title'] }, need: 'proposal' }]);
    const revert = world.edit({ kind: 'revert', targetVersion: 1 }, any, { origin: bot });
    await expect(revert).rejects.toBeInstanceOf(ProposedInstead);
    const undo = world.core.turns.undo({ ...asker('bot'), by: 'ann', sinceRevision: 1, preview: false });
    await expect(undo).rejects.toBeInstanceOf(ProposedInstead);
    expect((await world.read()).version).toBe(2);
  });

  it('makes a proposal of an abort, and ends the turn', async () => {
    const turns = world.core.turns;
    const { turnId } = await turns.begin(asker('bot'), { agent: 'bot', policy: 'merge' });
    const origin = { ...bot, about: { turnId } };
    await world.edit({ kind: 'patch', patch }, at(1), { origin });
    await withRules([{ when: { pointers: ['/title'] }, need: 'proposal' }]);
    const n = (value: number) =>
      world.edit({ kind: 'patch', patch: [{ op: 'replace', path: '/n', value }] }, any, { origin });
    const [error] = await Promise.all([
      turns.abort(asker('bot'), turnId).catch((thrown: unknown) => thrown),
      n(1).catch(() => undefined),
    ]);
    expect(error).toBeInstanceOf(ProposedInstead);
    expect((await turns.read(asker('bot'), turnId)).turn.state).toBe('aborted');
    await expect(n(2)).rejects.toMatchObject({ code: 'turn_ended' });
    expect((await world.read()).state['title']).toBe('its');
    await world.core.proposals.approve(asker(), (error as ProposedInstead).proposalId, {});
    expect((await world.read()).state).toEqual({ title: 'a', n: 0 });
  });

  it('lets through what it does not match, also beside what it does', async () => {
    await withRules();
    const others = [
      world.edit({ kind: 'patch', patch: [{ op: 'replace', path: '/n', value: 1 }] }, any, { origin: bot }),
      world.edit({ kind: 'patch', patch }, any, { origin: bot }),
      world.edit({ kind: 'patch', patch: [{ op: 'add', path: '/m', value: 1 }] }, any),
    ];
    const outcomes = await Promise.allSettled(others);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await world.read()).state).toEqual({ title: 'a', n: 1, m: 1 });
  });

  it('says who approves', async () => {
    await withRules([{ ...ruled[0], approvers: { users: ['carol'] } } as ApprovalRule]);
    const error: unknown = await doors['patch']?.().catch((thrown: unknown) => thrown);
    const { proposalId } = error as ProposedInstead;
    const { proposals } = world.core;
    await expect(proposals.approve(asker('ann', 'owner'), proposalId, {})).rejects.toMatchObject({
      code: 'forbidden',
    });
    await proposals.approve(asker('carol'), proposalId, {});
    await withRules([{ ...ruled[0], approvers: { role: 'admin' } } as ApprovalRule]);
  });

  it('says who approves also what was proposed at once, and where it is not the only one', async () => {
    await withRules([
      { when: { triggeredBy: 'ai', pointers: ['/title'] }, need: 'proposal', approvers: { users: ['eve'] } },
      { when: { triggeredBy: 'ai', panels: ['pa*'] }, need: 'proposal', approvers: { role: 'admin' } },
    ]);
    const { proposalId } = await propose(titled('b'));
    const approve = (actor: string, role: Role) =>
      world.core.proposals.approve({ ...asker(actor), role }, proposalId, {});
    await expect(approve('eve', 'editor')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve('zoe', 'admin')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve('eve', 'admin')).resolves.toMatchObject({ proposalId });
  });

  it('makes one proposal of a repeated request', async () => {
    await withRules();
    const request = { actor: 'bot', key: 'k', fingerprint: 'f' };
    const once = () =>
      world
        .edit({ kind: 'patch', patch }, at(1), { origin: bot, request })
        .catch((thrown: unknown) => thrown);
    const [first, second] = [(await once()) as ProposedInstead, (await once()) as ProposedInstead];
    expect(second.proposalId).toBe(first.proposalId);
    expect((await world.core.proposals.list(asker(), { limit: 10 })).proposals).toHaveLength(1);
  });
});

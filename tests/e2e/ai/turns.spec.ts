import type { ApiClient } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { json } from '../grpc/client';
import { AiStack } from './ai-world';

let world: AiStack;
let [owner, agent] = ['', ''];
let ann: ApiClient;
let bot: ApiClient;

beforeAll(async () => {
  world = await AiStack.start();
});
afterAll(() => world?.close());
beforeEach(async () => {
  ({ owner, agent, ann, bot } = await world.people());
});

const panel = '/api/state/ws/panel';
const set = (path: string, value: unknown) => [{ op: 'add', path, value }];
const stateOf = async (id = 'panel') => (await ann.get(`/api/state/ws/${id}`)).body.state;

async function begin(fields: object = {}): Promise<string> {
  const begun = await bot.post('/api/state/ws/turns', { agent: 'helper', policy: 'merge', ...fields });
  expect(begun.status).toBe(201);
  return begun.body.turnId;
}

describe('a turn', () => {
  it('begins with a snapshot, has what was written in it, and is committed', async () => {
    const begun = await bot.post('/api/state/ws/turns', {
      agent: 'helper',
      policy: 'merge',
      panels: ['pa*'],
    });
    const { turnId } = begun.body;
    expect(begun.body).toEqual({
      turnId: expect.any(String),
      baseRevision: 1,
      snapshotId: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect((await ann.get(`/api/snapshots/ws/${begun.body.snapshotId}`)).status).toBe(200);
    const provenance = {
      reason: 'asked',
      confidence: 0.5,
      model: 'm-1',
      toolCalls: [{ name: 'edit', id: '1' }],
      links: ['https://example.org/a'],
    };
    const change = { patches: set('/n', 1), version: 1, turnId, provenance };
    expect((await bot.patch(panel, change)).status).toBe(200);
    await ann.patch(panel, { patches: set('/title', 'b'), version: 2 });
    const headers = { 'if-match': '"3"', 'nexus-turn': turnId };
    expect(
      (
        await bot.patch(panel, JSON.stringify(set('/m', 1)), {
          ...headers,
          'content-type': 'application/json-patch+json',
        })
      ).status,
    ).toBe(200);
    expect((await bot.post('/api/state/ws/other', { initialState: {}, turnId })).body).toMatchObject({
      error: 'forbidden',
    });

    const { history } = (await ann.get(`${panel}/history?turnId=${turnId}`)).body;
    expect(history).toMatchObject([
      { version: 4, turnId, triggeredBy: 'ai', actor: agent },
      { version: 2, turnId, triggeredBy: 'ai', provenance },
    ]);
    expect((await ann.get(`${panel}/history?model=m-1`)).body).toMatchObject({ totalChanges: 1 });
    expect((await ann.get(`${panel}/history?actor=${owner}&triggeredBy=user`)).body.totalChanges).toBe(2);
    const feed = await ann.get(`/api/state/ws/changes?turnId=${turnId}`);
    expect(feed.body.changes.map(({ version }: { version: number }) => version)).toEqual([2, 4]);
    expect((await ann.get('/api/state/ws/changes?model=m-1')).body.changes).toMatchObject([{ provenance }]);
    const blame = await ann.get(`${panel}/blame?path=/n`);
    expect(blame.body.values).toMatchObject([{ pointer: '/n', version: 2, turnId, provenance }]);

    const report = await ann.get(`/api/state/ws/turns/${turnId}`);
    const changes = [
      { panelId: 'panel', version: 2, revision: 2, patch: expect.any(Array) },
      { panelId: 'panel', version: 4, revision: 4, patch: expect.any(Array) },
    ];
    const underneath = [
      { panelId: 'panel', version: 3, actor: owner, triggeredBy: 'user', patch: expect.any(Array) },
    ];
    expect(report.body).toMatchObject({
      turnId,
      agent: 'helper',
      policy: 'merge',
      state: 'open',
      changes,
      underneath,
    });
    expect((await ann.get('/api/state/ws/turns?state=open&limit=1')).body).toMatchObject({
      turns: [{ turnId, state: 'open', startedBy: agent, panels: ['pa*'] }],
      nextCursor: null,
    });
    const committed = await bot.post(`/api/state/ws/turns/${turnId}/commit`, undefined);
    expect(committed.body).toEqual({ revision: 4, changes, underneath });
    const late = await bot.patch(panel, { patches: set('/n', 2), version: 4, turnId });
    expect([late.status, late.body.error]).toEqual([409, 'turn_ended']);
    expect((await bot.post(`/api/state/ws/turns/${turnId}/abort`, undefined)).status).toBe(409);
    expect((await bot.get('/api/state/ws/turns/none')).status).toBe(404);
  });

  it('is aborted: exactly its changes go', async () => {
    const turnId = await begin();
    await bot.patch(panel, { patches: [...set('/n', 1), ...set('/title', 'its')], version: 1, turnId });
    await bot.post('/api/state/ws/made', { initialState: {}, turnId });
    await ann.patch(panel, { patches: [...set('/title', 'hers'), ...set('/more', 1)], version: 2 });
    const aborted = await bot.post(`/api/state/ws/turns/${turnId}/abort`, undefined);
    expect(aborted.status).toBe(200);
    expect(aborted.body).toMatchObject({
      revision: 5,
      undone: [{ panelId: 'made' }, { panelId: 'panel', version: 4 }],
      conflicts: [{ panelId: 'panel', path: '/title', yours: 'a', theirs: 'hers' }],
      preview: false,
    });
    expect(await stateOf()).toEqual({ title: 'hers', n: 0, more: 1 });
    expect((await ann.get('/api/state/ws/made')).status).toBe(404);
    expect((await ann.get(`${panel}/history?limit=1`)).body.history).toMatchObject([
      { changeType: 'reverted', triggerSource: `turn:${turnId}` },
    ]);
  });

  it('drops or proposes what collides, as its policy says', async () => {
    const collide = async (policy: string) => {
      const turnId = await begin({ policy });
      const { version } = (await ann.get(panel)).body;
      await ann.patch(panel, { patches: set('/title', `hers ${policy}`), version });
      const patches = [...set('/title', 'its'), ...set(`/${policy}`, 1)];
      return bot.patch(panel, { patches, version, turnId });
    };
    const dropped = await collide('human-wins');
    const conflict = { path: '/title', yours: 'its', theirs: 'hers human-wins' };
    expect(dropped.body).toMatchObject({ success: true, dropped: [conflict] });
    const proposed = await collide('propose');
    expect([proposed.status, proposed.body.dropped]).toEqual([200, undefined]);
    const { proposalId } = proposed.body;
    expect((await ann.get(`/api/state/ws/proposals/${proposalId}`)).body).toMatchObject({ state: 'open' });
    expect((await collide('merge')).body).toMatchObject({ error: 'merge_conflict' });
    expect(await stateOf()).toEqual({ title: 'hers merge', n: 0, 'human-wins': 1, propose: 1 });
  });

  it.each<[object, string]>([
    [{ provenance: { confidence: 1.5 } }, '/provenance/confidence'],
    [{ provenance: { reason: 'x'.repeat(5_000) } }, '/provenance'],
    [{ provenance: { links: ['no url'] } }, '/provenance/links/0'],
    [{ provenance: { other: 1 } }, '/provenance/other'],
  ])('says why within limits: %#', async (said, pointer) => {
    const refused = await bot.patch(panel, { patches: set('/n', 1), version: 1, ...said });
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('is written in over sockets and gRPC', async () => {
    const turnId = await begin();
    const live = await world.live(agent);
    const grpc = world.grpc(agent);
    try {
      const place = { workspaceId: 'ws', panelId: 'panel' };
      expect(await live.ask('patch', { ...place, patches: set('/n', 1), version: 1, turnId })).toMatchObject({
        version: 2,
      });
      const patch = { ...place, patchesJson: json(set('/m', 1)), version: 2 };
      expect((await grpc.call('patch', patch, { 'nexus-turn': turnId })).code).toBe('OK');
      const changes = (await ann.get(`/api/state/ws/turns/${turnId}`)).body.changes;
      expect(changes.map(({ version }: { version: number }) => version)).toEqual([2, 3]);
    } finally {
      live.socket.close();
      grpc.close();
    }
  });
});

it('an undo takes back what the assistant did, after a look at what it would do', async () => {
  const turnId = await begin();
  await bot.patch(panel, { patches: set('/n', 1), version: 1, turnId });
  await ann.patch(panel, { patches: set('/title', 'b'), version: 2 });
  const criteria = { triggeredBy: 'ai', sinceRevision: 1 };
  const preview = await ann.post('/api/state/ws/undo', { ...criteria, preview: true });
  expect(preview.body).toMatchObject({
    undone: [{ panelId: 'panel', version: 4 }],
    conflicts: [],
    preview: true,
  });
  expect((await ann.get(panel)).body.version).toBe(3);
  const undone = await ann.post('/api/state/ws/undo', criteria);
  expect(undone.body).toEqual({ ...preview.body, revision: 4, preview: false });
  expect(await stateOf()).toEqual({ title: 'b', n: 0 });
  expect((await ann.post('/api/state/ws/undo', {})).status).toBe(400);
});

describe('a proposal', () => {
  it('waits for a person, who is told of it, and is merged when it is approved', async () => {
    const live = await world.live(owner);
    await live.ask('subscribe', { workspaceId: 'ws', panelId: '*' });
    const opened = await bot.post('/api/state/ws/proposals', {
      title: 'Rename',
      changes: [{ panelId: 'panel', version: 1, patches: [...set('/title', 'b'), ...set('/x', 1)] }],
    });
    expect([opened.status, opened.body.state]).toEqual([201, 'open']);
    const { proposalId } = opened.body;
    const at = `/api/state/ws/proposals/${proposalId}`;
    await ann.patch(panel, { patches: set('/title', 'c'), version: 1 });
    const read = await ann.get(at);
    expect(read.body.preview.panels).toMatchObject([
      { panelId: 'panel', version: 2, conflicts: [{ path: '/title', yours: 'b', theirs: 'c' }] },
    ]);
    expect((await bot.post(`${at}/approve`, {})).status).toBe(403);
    expect((await ann.post(`${at}/approve`, {})).body.error).toBe('merge_conflict');
    const resolutions = [{ panelId: 'panel', path: '/title', value: 'd' }];
    const approved = await ann.post(`${at}/approve`, { resolutions, comment: 'fine' });
    expect(approved.body).toEqual({ proposalId, revision: 3, panels: [{ panelId: 'panel', version: 3 }] });
    expect(await stateOf()).toEqual({ title: 'd', n: 0, x: 1 });
    expect((await ann.post(`${at}/approve`, {})).status).toBe(409);
    expect((await ann.get(`${panel}/history?limit=1`)).body.history).toMatchObject([
      { proposalId, approvedBy: owner, actor: agent },
    ]);
    const closed = (await ann.get('/api/state/ws/proposals?state=approved')).body;
    expect(closed.proposals).toMatchObject([{ proposalId, closedBy: owner, comment: 'fine' }]);
    await eventually(
      () =>
        ['proposal_opened', 'proposal_closed'].every((name) =>
          live.received.some((event) => event.name === name),
        ),
      'both events',
    );
    live.socket.close();
  });

  it('needs the scope to be approved', async () => {
    const narrow = world.stack.client(world.api, owner, { scope: 'state:read state:write' });
    expect((await narrow.post('/api/state/ws/proposals/none/approve', {})).body).toMatchObject({
      error: 'forbidden',
      requiredScope: 'state:approve',
    });
  });
});

describe('an approval rule', () => {
  const rules = [{ when: { triggeredBy: 'ai', pointers: ['/title'] }, need: 'proposal' }];

  it('holds changes back at every door', async () => {
    expect((await bot.put('/api/workspaces/ws/approval-rules', rules)).status).toBe(403);
    expect((await ann.put('/api/workspaces/ws/approval-rules', [{ when: 1 }])).status).toBe(400);
    expect((await ann.put('/api/workspaces/ws/approval-rules', rules)).body).toEqual(rules);
    expect((await ann.get('/api/workspaces/ws/approval-rules')).body).toEqual(rules);
    const turnId = await begin();
    const ai = { triggeredBy: 'ai' };
    const patches = set('/title', 'its');
    const live = await world.live(agent);
    const grpc = world.grpc(agent);
    const place = { workspaceId: 'ws', panelId: 'panel' };
    const answers = [
      await bot.patch(panel, { patches, version: 1, ...ai }),
      await bot.put(panel, { state: { title: 'its', n: 0 }, version: 1, ...ai }),
      await bot.post('/api/state/ws/transaction', {
        operations: [{ op: 'patch', panelId: 'panel', patches }],
        ...ai,
      }),
      await bot.patch(
        panel,
        { title: 'its' },
        { 'content-type': 'application/merge-patch+json', 'if-match': '*', 'nexus-turn': turnId },
      ),
      await bot.delete(panel, { 'nexus-turn': turnId }),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.state]).toEqual([202, 'open']);
      expect(headers.get('location')).toContain(`/api/state/ws/proposals/${body.proposalId}`);
    }
    const ack = await live.ask('patch', { ...place, patches, version: 1, ...ai });
    expect(ack).toEqual({ ok: true, proposalId: expect.any(String) });
    const called = await grpc.call('patch', { ...place, patchesJson: json(patches), version: 1, ...ai });
    expect([called.code, called.response.proposalId]).toEqual(['OK', expect.any(String)]);
    live.socket.close();
    grpc.close();
    expect((await ann.get(panel)).body).toMatchObject({ version: 1, state: { title: 'a', n: 0 } });
    const open = (await ann.get('/api/state/ws/proposals?state=open')).body.proposals;
    expect(open).toHaveLength(answers.length + 2);
    const [first] = answers;
    await ann.post(`/api/state/ws/proposals/${first?.body.proposalId}/approve`, {});
    expect(await stateOf()).toEqual({ title: 'its', n: 0 });
  });

  it('holds a restore back', async () => {
    await ann.put(`/api/workspaces/ws/members/${agent}`, { role: 'admin' });
    const { snapshotId } = (await ann.post('/api/snapshots/ws', {})).body;
    await ann.patch(panel, { patches: set('/title', 'b'), version: 1 });
    const everything = [{ when: { actor: agent }, need: 'proposal' }];
    await ann.put('/api/workspaces/ws/approval-rules', everything);
    const restored = await bot.post('/api/snapshots/ws/restore', { snapshotId });
    expect([restored.status, restored.body.state]).toEqual([202, 'open']);
    expect(await stateOf()).toEqual({ title: 'b', n: 0 });
    await ann.post(`/api/state/ws/proposals/${restored.body.proposalId}/approve`, {});
    expect(await stateOf()).toEqual({ title: 'a', n: 0 });
  });
});

import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient, range } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let other: ServiceProcess;
let gateway: ServiceProcess;
let subject: string;
let user: ApiClient;
const clients: LiveClient[] = [];

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api, other, gateway] = await Promise.all([
    stack.start('state-api'),
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

const make = (panelId: string, state: object) =>
  user.post(`/api/state/ws/${panelId}`, { initialState: state });
const write = (panelId: string, state: object) =>
  user.put(`/api/state/ws/${panelId}`, { state }, { 'if-match': '*' });
const take = async () => (await user.post('/api/snapshots/ws', {})).body;
const restore = (body: object, client = user) => client.post('/api/snapshots/ws/restore', body);
const panels = async (client = user) => (await client.get('/api/state/ws/snapshot')).body.panels;
const states = async () =>
  Object.fromEntries(
    Object.entries((await panels()) as Record<string, { state: object }>).map(([id, { state }]) => [
      id,
      state,
    ]),
  );
const snapshots = async () => (await user.get('/api/snapshots/ws')).body.snapshots;

async function follow(): Promise<LiveClient> {
  const client = await LiveClient.connect(gateway, subject);
  clients.push(client);
  expect(await client.ask('subscribe', { workspaceId: 'ws', panelId: '*' })).toMatchObject({ ok: true });
  return client;
}

/** A snapshot of `same`, `changed` and `gone`, and a workspace that has gone on since. */
const changedSince = async () => {
  for (const id of ['same', 'changed', 'gone']) await make(id, { id, list: [1, 2, 3] });
  const snapshot = await take();
  await write('changed', { id: 'changed', list: [3], more: true });
  await user.delete('/api/state/ws/gone');
  await make('new', { n: 1 });
  return snapshot;
};
const held = Object.fromEntries(['same', 'changed', 'gone'].map((id) => [id, { id, list: [1, 2, 3] }]));

describe('a restore', () => {
  it('makes the workspace hold exactly what the snapshot holds, and can be undone', async () => {
    const { snapshotId, gitCommitHash } = await changedSince();
    const before = await states();
    const answer = await restore({ snapshotId });
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        success: true,
        ...{ restoredPanels: 2, deletedPanels: 1, unchangedPanels: 1, revision: 7 },
        safetySnapshotId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect(await states()).toEqual(held);
    // Through the cache as well, and through another process.
    const elsewhere = stack.client(other, subject);
    expect((await elsewhere.get('/api/state/ws/changed')).body).toMatchObject({
      state: held['changed'],
      version: 3,
    });
    expect((await elsewhere.get('/api/state/ws/gone')).body).toMatchObject({
      state: held['gone'],
      version: 3,
    });
    expect((await elsewhere.get('/api/state/ws/new')).status).toBe(404);
    expect((await user.get('/api/state/ws/same')).body.version).toBe(1);

    const { history } = (await user.get('/api/state/ws/changed/history')).body;
    expect(history[0]).toMatchObject({
      ...{ changeType: 'reverted', triggerSource: `restore:${gitCommitHash}`, actor: subject },
      ...{ version: 3, previousVersion: 2 },
    });
    expect((await user.get('/api/state/ws/gone/history')).body.history[0].changeType).toBe('reverted');
    const { safetySnapshotId } = answer.body;
    expect((await snapshots())[0]).toMatchObject({
      snapshotId: safetySnapshotId,
      type: 'pre_restore',
      createdBy: subject,
    });

    expect((await restore({ snapshot_id: safetySnapshotId })).body).toMatchObject({
      ...{ restoredPanels: 2, deletedPanels: 1, unchangedPanels: 1 },
    });
    expect(await states()).toEqual(before);
    const versions = Object.entries((await panels()) as Record<string, { version: number }>);
    expect(Object.fromEntries(versions.map(([id, { version }]) => [id, version]))).toEqual({
      same: 1,
      changed: 4,
      new: 3,
    });
    // Each version that there was can still be read.
    for (const [version, list] of [
      [1, [1, 2, 3]],
      [2, [3]],
      [3, [1, 2, 3]],
      [4, [3]],
    ] as const) {
      expect((await user.get(`/api/state/ws/changed?version=${version}`)).body.state.list).toEqual(list);
    }
  });

  it('lays a commit over what is there, by the beginning of its hash', async () => {
    const { gitCommitHash } = await changedSince();
    const answer = await restore({ git_commit_hash: gitCommitHash.slice(0, 10), mode: 'overlay' });
    expect(answer.body).toMatchObject({ restoredPanels: 2, deletedPanels: 0, unchangedPanels: 1 });
    expect(await states()).toEqual({ ...held, new: { n: 1 } });
  });

  it('reaches subscribers as ordinary updates, in order, and is announced at the end', async () => {
    const { snapshotId, gitCommitHash } = await changedSince();
    const live = await follow();
    await live.reaches('changed', 2);
    const { body } = await restore({ snapshotId });
    await live.reaches('changed', 3);
    await live.reaches('gone', 3);
    await live.reaches('new', 2);

    expect(live.of('changed').at(-1)?.name).toBe('state_update');
    expect(live.of('gone').map(({ name, payload }) => [name, payload.version])).toEqual([
      ['panel_created', 3],
    ]);
    expect(live.of('new').at(-1)?.name).toBe('panel_deleted');
    for (const id of ['changed', 'gone', 'same']) expect(live.rebuilt(id)).toEqual(held[id]);
    const named = (event: string) => live.received.filter(({ name }) => name === event);
    await eventually(() => named('workspace_restored').length > 0, 'workspace_restored');
    const { success: _, revision: _r, ...counts } = body;
    expect(named('workspace_restored').map(({ payload }) => payload)).toEqual([
      {
        workspaceId: 'ws',
        ...{ snapshotId, gitCommitHash, mode: 'exact', actor: subject, timestamp: expect.any(String) },
        ...counts,
      },
    ]);
    expect(named('snapshot_created').map(({ payload }) => payload.snapshotId)).toEqual([
      body.safetySnapshotId,
    ]);

    // The feed has all of it as one instant, behind everything that was before.
    const { changes } = (await user.get('/api/state/ws/changes?limit=1000')).body;
    const restored = changes.slice(-3);
    expect(new Set(restored.map(({ occurredAt }: { occurredAt: string }) => occurredAt)).size).toBe(1);
    expect(
      restored
        .map(({ panelId, version }: { panelId: string; version: number }) => `${panelId} ${version}`)
        .sort(),
    ).toEqual(['changed 3', 'gone 3', 'new 2']);
  });

  it('brings back a workspace that was deleted', async () => {
    await make('a', { n: 1 });
    const { snapshotId } = await take();
    expect((await user.delete('/api/workspaces/ws')).status).toBe(204);
    expect((await restore({ snapshotId })).body).toMatchObject({ restoredPanels: 1 });
    expect(await states()).toEqual({ a: { n: 1 } });
    expect((await user.get('/api/workspaces/ws')).status).toBe(200);
  });

  it('loses nothing of what others write at the same time', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `p${n}`);
    for (const id of ids) await make(id, { n: 0 });
    const { snapshotId } = await take();
    const live = await follow();
    let writing = true;
    const acknowledged: { id: string; version: number }[] = [];
    const writer = async (client: ApiClient, offset: number) => {
      for (let n = 1; writing; n++) {
        const id = ids[(n * 5 + offset) % ids.length] as string;
        const answer = await client.put(`/api/state/ws/${id}`, { state: { n, offset } }, { 'if-match': '*' });
        if (answer.status === 200) acknowledged.push({ id, version: answer.body.version });
        else expect(answer.body.error).toBe('too_much_contention');
      }
    };
    const writers = [user, stack.client(other, subject), user].map(writer);
    for (let n = 0; n < 4; n++) {
      const answer = await restore({ snapshotId });
      expect(answer.body).toMatchObject({ success: true });
      expect(answer.body.restoredPanels + answer.body.unchangedPanels).toBe(ids.length);
    }
    writing = false;
    await Promise.all(writers);
    expect(acknowledged.length).toBeGreaterThan(4);

    const rewritten = new Set<string>();
    for (const id of ids) {
      const { history } = (await user.get(`/api/state/ws/${id}/history?limit=1000`)).body;
      const versions = history.map(({ version }: { version: number }) => version).reverse();
      expect(versions).toEqual(range(1, versions.length));
      for (const { changeType, version } of history) {
        if (changeType === 'reverted') rewritten.add(`${id} ${version}`);
      }
      const mine = acknowledged.filter((one) => one.id === id).map(({ version }) => version);
      expect(versions).toEqual(expect.arrayContaining(mine));
      for (const version of mine) expect(rewritten.has(`${id} ${version}`)).toBe(false);
      await live.reaches(id, versions.length);
      expect(live.versions(id)).toEqual(range(live.versions(id)[0] as number, versions.length));
      expect(live.rebuilt(id)).toEqual((await user.get(`/api/state/ws/${id}`)).body.state);
    }
    expect(rewritten.size).toBeGreaterThan(0);
  });

  it('happens one after the other where several are asked for at once', async () => {
    await make('a', { n: 1 });
    const one = await take();
    await write('a', { n: 2 });
    const two = await take();
    const answers = await Promise.all(
      [one, two, one, two].map(({ snapshotId }, n) =>
        restore({ snapshotId }, stack.client(n % 2 ? api : other, subject)),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect([1, 2]).toContain(((await states())['a'] as { n: number }).n);
  });
});

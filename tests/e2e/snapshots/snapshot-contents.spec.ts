import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
let subject: string;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterAll(() => stack?.close());
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});

const write = (panelId: string, state: object) =>
  user.put(`/api/state/ws/${panelId}`, { state }, { 'if-match': '*' });
const make = (panelId: string, state: object) =>
  user.post(`/api/state/ws/${panelId}`, { initialState: state });
const take = async (description?: string) =>
  (await user.post('/api/snapshots/ws', description === undefined ? {} : { description })).body;
const unknownId = '11111111-1111-4111-8111-111111111111';

it('reads a snapshot with its panels as they were', async () => {
  await make('a', { n: 1, text: 'ü€😀' });
  await make('b', {});
  const { snapshotId, gitCommitHash, workspaceId: _, ...taken } = await take('First');
  await write('a', { n: 2 });
  await user.delete('/api/state/ws/b');

  const answer = await user.get(`/api/snapshots/ws/${snapshotId}`);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      ...taken,
      ...{ snapshotId, gitCommitHash, gitBranch: 'main', description: 'First', createdBy: subject },
      panels: { a: { state: { n: 1, text: 'ü€😀' }, version: 1 }, b: { state: {}, version: 1 } },
    },
  ]);
});

it('reads an empty one, too', async () => {
  await user.post('/api/workspaces', { name: 'Empty', workspaceId: 'ws' });
  const { snapshotId } = await take();
  expect((await user.get(`/api/snapshots/ws/${snapshotId}`)).body).toMatchObject({
    panelCount: 0,
    panels: {},
  });
  expect((await user.get('/api/state/ws/snapshot')).body).toMatchObject({ totalPanels: 0, panels: {} });
});

it('lists the commits, newest first', async () => {
  expect((await user.get('/api/snapshots/ws/commits')).body).toEqual({ commits: [] });
  await make('a', { n: 1 });
  const first = await take('First\n\nwith more to say');
  await write('a', { n: 2 });
  const second = await take();
  await take('Nothing has changed: no commit');

  const { body } = await user.get('/api/snapshots/ws/commits');
  expect(body.commits).toEqual([
    {
      hash: second.gitCommitHash,
      message: `State snapshot at ${second.createdAt}\n\nSnapshot-Id: ${second.snapshotId}\nSnapshot-Type: manual\nWorkspace-Revision: 2`,
      author: subject,
      committedAt: `${second.createdAt.slice(0, 19)}.000Z`,
      parents: [first.gitCommitHash],
    },
    expect.objectContaining({
      hash: first.gitCommitHash,
      message: expect.stringMatching(/^First\n\nwith more to say\n\nSnapshot-Id/),
      parents: [],
    }),
  ]);
  expect((await user.get('/api/snapshots/ws/commits?limit=1')).body.commits).toHaveLength(1);
  for (const limit of ['0', '1001', 'x']) {
    expect((await user.get(`/api/snapshots/ws/commits?limit=${limit}`)).status).toBe(400);
  }
});

it('compares a snapshot with another, with a commit, and with the present', async () => {
  await make('kept', { n: 1 });
  await make('gone', { n: 1 });
  const first = await take();
  await write('kept', { n: 2 });
  await user.delete('/api/state/ws/gone');
  const second = await take();
  await make('new', { n: 3 });

  const changes = {
    gone: { change: 'removed', fromVersion: 1, toVersion: null, patch: [{ op: 'remove', path: '' }] },
    kept: {
      ...{ change: 'changed', fromVersion: 1, toVersion: 2 },
      patch: [{ op: 'replace', path: '/n', value: 2 }],
    },
  };
  const path = `/api/snapshots/ws/${first.snapshotId}/diff`;
  const from = { snapshotId: first.snapshotId, gitCommitHash: first.gitCommitHash, at: first.createdAt };
  const to = { snapshotId: second.snapshotId, gitCommitHash: second.gitCommitHash, at: second.createdAt };
  expect((await user.get(`${path}?to=${second.snapshotId}`)).body).toEqual({
    workspaceId: 'ws',
    from,
    to,
    panels: changes,
  });
  expect((await user.get(`${path}?to=${second.gitCommitHash.slice(0, 8)}`)).body).toEqual({
    workspaceId: 'ws',
    from,
    to: { ...to, snapshotId: null },
    panels: changes,
  });
  const present = await user.get(path);
  expect(present.body).toEqual({
    workspaceId: 'ws',
    from,
    to: { snapshotId: null, gitCommitHash: null, at: expect.any(String) },
    panels: {
      ...changes,
      new: {
        change: 'added',
        fromVersion: null,
        toVersion: 1,
        patch: [{ op: 'add', path: '', value: { n: 3 } }],
      },
    },
  });
});

it('reads the whole workspace as it is now, and at a commit', async () => {
  await make('a', { n: 1 });
  const { gitCommitHash, createdAt } = await take();
  await write('a', { n: 2 });
  await make('b', {});

  const now = await user.get('/api/state/ws/snapshot');
  expect(now.body).toEqual({
    workspaceId: 'ws',
    revision: 3,
    panels: { a: { state: { n: 2 }, version: 2 }, b: { state: {}, version: 1 } },
    totalPanels: 2,
    snapshotAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    gitCommit: null,
  });
  const then = {
    workspaceId: 'ws',
    revision: 1,
    panels: { a: { state: { n: 1 }, version: 1 } },
    totalPanels: 1,
    snapshotAt: createdAt,
    gitCommit: gitCommitHash,
  };
  for (const name of ['git_commit', 'gitCommit']) {
    for (const hash of [gitCommitHash, gitCommitHash.slice(0, 7), gitCommitHash.toUpperCase()]) {
      expect((await user.get(`/api/state/ws/snapshot?${name}=${hash}`)).body).toEqual(then);
    }
  }
});

it('never shows half of a transaction', async () => {
  const panels = Array.from({ length: 60 }, (_, n) => `p${n}`);
  for (const id of panels) await make(id, { n: 0 });
  let writing = true;
  const writer = (async () => {
    for (let n = 1; writing; n++) {
      const operations = panels.map((panelId) => ({ op: 'set', panelId, state: { n } }));
      expect((await user.post('/api/state/ws/transaction', { operations })).status).toBe(200);
    }
  })();
  const seen = new Set<number>();
  for (let n = 0; n < 15; n++) {
    const { body } = await user.get('/api/state/ws/snapshot');
    const states = Object.values(body.panels as Record<string, { state: { n: number } }>);
    expect([states.length, new Set(states.map(({ state }) => state.n)).size]).toEqual([60, 1]);
    seen.add(states[0]?.state.n as number);
  }
  writing = false;
  await writer;
  expect(seen.size).toBeGreaterThan(1);
});

it('reads thousands of panels', async () => {
  const panels = Array.from({ length: 2_000 }, (_, n) => `p${n}`);
  for (let at = 0; at < panels.length; at += 1_000) {
    const operations = panels
      .slice(at, at + 1_000)
      .map((panelId) => ({ op: 'set', panelId, state: { panelId, filler: 'x'.repeat(500) } }));
    expect((await user.post('/api/state/ws/transaction', { operations })).status).toBe(200);
  }
  const { snapshotId } = await take();
  for (const path of [`/api/snapshots/ws/${snapshotId}`, '/api/state/ws/snapshot']) {
    const { body } = await user.get(path);
    expect(Object.keys(body.panels).sort()).toEqual([...panels].sort());
    expect(body.panels.p1234.state.panelId).toBe('p1234');
  }
});

it.each([
  `/api/snapshots/ws/${unknownId}`,
  '/api/snapshots/ws/nonsense',
  `/api/snapshots/ws/${unknownId}/diff`,
  `/api/state/ws/snapshot?gitCommit=${'f'.repeat(40)}`,
  '/api/state/ws/snapshot?git_commit=main',
])('answers 404 to %s', async (path) => {
  await take();
  const answer = await user.get(path);
  expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
});

it('compares with nothing that is not there, and takes no other parameter', async () => {
  const { snapshotId } = await take();
  const path = `/api/snapshots/ws/${snapshotId}/diff`;
  for (const to of [unknownId, 'f'.repeat(40), 'HEAD', '']) {
    expect((await user.get(`${path}?to=${to}`)).status).toBe(404);
  }
  expect((await user.get(`${path}?two=1`)).status).toBe(400);
  expect((await user.get(`/api/snapshots/ws/${snapshotId}?x=1`)).status).toBe(400);
  expect((await user.get('/api/state/ws/snapshot?commit=1')).status).toBe(400);
});

it('shows nothing to others, nor without the scope, and to a narrowed token what it reaches', async () => {
  await make('a', {});
  await make('b', {});
  const { snapshotId, gitCommitHash } = await take();
  const paths = ['/commits', `/${snapshotId}`, `/${snapshotId}/diff`].map(
    (path) => `/api/snapshots/ws${path}`,
  );

  const stranger = stack.client(api, `stranger-${randomUUID()}`);
  for (const path of paths.slice(1)) expect((await stranger.get(path)).status).toBe(404);
  expect((await stranger.get(paths[0] as string)).body.commits).toEqual([]);
  expect((await stranger.get(`/api/state/ws/snapshot?git_commit=${gitCommitHash}`)).status).toBe(404);

  const unscoped = stack.client(api, subject, { scope: 'state:write' });
  for (const path of [...paths, '/api/state/ws/snapshot'])
    expect((await unscoped.get(path)).status).toBe(403);

  const narrow = stack.client(api, subject, { paths: ['ws/a'] });
  for (const path of paths) expect((await narrow.get(path)).status).toBe(404);
  for (const query of ['', `?git_commit=${gitCommitHash}`]) {
    const { body } = await narrow.get(`/api/state/ws/snapshot${query}`);
    expect(body).toMatchObject({ totalPanels: 1, panels: { a: { state: {}, version: 1 } } });
    expect(Object.keys(body.panels)).toEqual(['a']);
  }
  // The hash of a commit depends on hidden panels: its beginning would find it by trying.
  const beginning = `/api/state/ws/snapshot?git_commit=${gitCommitHash.slice(0, 10)}`;
  expect((await user.get(beginning)).status).toBe(200);
  expect((await narrow.get(beginning)).body.error).toBe('not_found');

  const viewer = `viewer-${randomUUID()}`;
  await user.put(`/api/workspaces/ws/members/${viewer}`, { role: 'viewer' });
  for (const path of [...paths, '/api/state/ws/snapshot']) {
    expect((await stack.client(api, viewer).get(path)).status).toBe(200);
  }
});

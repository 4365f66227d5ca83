import { readdirSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, gitIn } from '@nexus-state/test-kit';

describe('snapshots, from REST through queue and worker to git', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  beforeAll(async () => {
    stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
    [api, worker] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  });
  afterAll(() => stack?.close());

  /** The repository of a user who uses one workspace. */
  const repositoryOf = (user: string) => {
    const folder = path.join(stack.gitRoot, user);
    return path.join(folder, readdirSync(folder).find((name) => name.endsWith('.git')) as string);
  };
  const make = async (client: ApiClient, panelId: string, state: object) => {
    expect((await client.post(`/api/state/ws/${panelId}`, { initialState: state })).status).toBe(201);
  };

  it('commits all panels of the workspace and answers with the commit', async () => {
    const client = stack.client(api, 'ann-1');
    await make(client, 'b:1', { $state: { z: 1, a: [true, null] } });
    await make(client, 'a', {});
    const answer = await client.post('/api/snapshots/ws', { description: 'Before the demo' });

    expect([answer.status, answer.body]).toEqual([
      201,
      {
        snapshotId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        workspaceId: 'ws',
        type: 'manual',
        panelCount: 2,
        totalSizeBytes: '{"$state":{"a":[true,null],"z":1}}{}'.length,
        gitCommitHash: expect.stringMatching(/^[0-9a-f]{40}$/),
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    const gitDir = repositoryOf('ann-1');
    await gitIn(gitDir, ['fsck', '--strict']);
    expect((await gitIn(gitDir, ['rev-parse', 'main'])).trim()).toBe(answer.body.gitCommitHash);
    expect(await gitIn(gitDir, ['ls-tree', '-r', '--name-only', 'main'])).toBe(
      'panels/a.json\npanels/b%3A1.json\nworkspace.json\n',
    );
    expect(await gitIn(gitDir, ['show', 'main:panels/b%3A1.json'])).toBe(
      '{\n  "$state": {\n    "a": [\n      true,\n      null\n    ],\n    "z": 1\n  }\n}\n',
    );
    expect(await gitIn(gitDir, ['log', '-1', '--format=%an%n%B'])).toBe(
      `ann-1\nBefore the demo\n\nSnapshot-Id: ${answer.body.snapshotId}\nSnapshot-Type: manual\nWorkspace-Revision: 2\n\n`,
    );
  });

  it('lists them newest first, page by page, and makes no commit when nothing changed', async () => {
    const client = stack.client(api, 'ann-2');
    await make(client, 'a', { n: 1 });
    const first = await client.post('/api/snapshots/ws', {});
    const second = await client.post('/api/state/ws/snapshot', { type: 'checkpoint', commitToGit: true });
    expect(second.body.gitCommitHash).toBe(first.body.gitCommitHash);
    await make(client, 'b', { n: 2 });
    const third = await client.post('/api/snapshots/ws', { description: 'third' });
    expect(third.body.gitCommitHash).not.toBe(first.body.gitCommitHash);

    const page = await client.get('/api/snapshots/ws?limit=2');
    const { workspaceId: _, ...taken } = third.body;
    expect(page.body.snapshots[0]).toEqual({
      ...taken,
      description: 'third',
      gitBranch: 'main',
      createdBy: 'ann-2',
    });
    expect(page.body.snapshots[1]).toMatchObject({ type: 'checkpoint', description: null });
    const rest = await client.get(`/api/snapshots/ws?limit=2&cursor=${page.body.nextCursor}`);
    expect(rest.body).toMatchObject({ snapshots: [{ snapshotId: first.body.snapshotId }], nextCursor: null });
    expect(await gitIn(repositoryOf('ann-2'), ['rev-list', '--count', 'main'])).toBe('2\n');
  });

  it('takes a snapshot of an empty workspace, and asks for no body', async () => {
    const client = stack.client(api, 'ann-3');
    await client.post('/api/workspaces', { name: 'Empty', workspaceId: 'empty' });
    const answer = await client.call('POST', '/api/snapshots/empty');
    expect(answer).toMatchObject({
      status: 201,
      body: { workspaceId: 'empty', panelCount: 0, totalSizeBytes: 0 },
    });
  });

  it('gives each of many simultaneous requests a snapshot of its own', async () => {
    const client = stack.client(api, 'ann-4');
    await make(client, 'a', { n: 1 });
    const requests = Array.from({ length: 8 }, (_, n) =>
      client.post('/api/snapshots/ws', { description: `no ${n}` }),
    );
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map(({ body }) => body.snapshotId)).size).toBe(8);
    const listed = await client.get('/api/snapshots/ws');
    expect(
      listed.body.snapshots.map(({ description }: { description: string }) => description).sort(),
    ).toEqual(answers.map((_, n) => `no ${n}`));
    await gitIn(repositoryOf('ann-4'), ['fsck', '--strict']);
  });

  it.each([
    ['a type of two words', { type: 'two words' }, '/type'],
    ['a description that is too long', { description: 'x'.repeat(4097) }, '/description'],
    ['a description with U+0000', { description: 'a\u0000b' }, '/description'],
    ['a field it does not know', { desription: 'typo' }, '/desription'],
  ])('refuses %s', async (_, body, pointer) => {
    const client = stack.client(api, 'ann-8');
    await client.post('/api/workspaces', { name: 'Some', workspaceId: 'ws' });
    const answer = await client.post('/api/snapshots/ws', body);
    expect(answer.body).toMatchObject({ error: 'validation_failed', status: 400, errors: [{ pointer }] });
  });

  it('refuses a cursor that is none, and a list that is too long', async () => {
    const client = stack.client(api, 'ann-5');
    await make(client, 'a', {});
    for (const query of ['cursor=zz', 'limit=0', 'limit=1001']) {
      expect(await client.get(`/api/snapshots/ws?${query}`)).toMatchObject({ status: 400 });
    }
  });

  it('shows snapshots to no other user, and not to a token that reaches only some panels', async () => {
    const client = stack.client(api, 'ann-6');
    await make(client, 'a', {});
    await client.post('/api/snapshots/ws', {});
    expect((await stack.client(api, 'bob-6').get('/api/snapshots/ws')).body.snapshots ?? []).toEqual([]);
    const narrow = stack.client(api, 'ann-6', { paths: ['ws/a'] });
    expect(await narrow.get('/api/snapshots/ws')).toMatchObject({ status: 404 });
    expect(await narrow.post('/api/snapshots/ws', {})).toMatchObject({ status: 404 });
    const reader = stack.client(api, 'ann-6', { scope: 'state:read' });
    expect(await reader.post('/api/snapshots/ws', {})).toMatchObject({ status: 403 });
  });

  it('reports the health of the worker', async () => {
    const health = await fetch(`${worker.url}/health`);
    expect(await health.json()).toMatchObject({
      status: 'healthy',
      redis: 'connected',
      database: 'connected',
    });
    expect((await fetch(`${worker.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
  });
});

describe('snapshots while workers come and go', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  beforeAll(async () => {
    stack = await TestStack.create({ SNAPSHOT_WAIT: '500ms' });
    api = await stack.start('state-api');
  });
  afterAll(() => stack?.close());

  it('answers 503 with the job when no worker takes it in time, and a worker that comes later does', async () => {
    const client = stack.client(api, 'ann');
    await client.post('/api/state/ws/a', { initialState: { n: 1 } });
    const answer = await client.post('/api/snapshots/ws', { description: 'later' });
    expect(answer).toMatchObject({
      status: 503,
      body: { error: 'unavailable', jobId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(answer.headers.get('retry-after')).toBe('5');

    const worker = await stack.start('snapshot-worker');
    const listed = await eventually(async () => {
      const { body } = await client.get('/api/snapshots/ws');
      return body.snapshots.length > 0 && body.snapshots;
    }, 'the snapshot to be taken');
    expect(listed).toMatchObject([{ description: 'later', panelCount: 1 }]);
    const started = Date.now();
    await worker.stop();
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('loses no snapshot when its worker is killed', async () => {
    const client = stack.client(api, 'eve');
    for (let n = 0; n < 20; n++) await client.post(`/api/state/ws/p${n}`, { initialState: { n } });
    const doomed = await stack.start('snapshot-worker');
    const requests = Array.from({ length: 6 }, () => client.post('/api/snapshots/ws', {}));
    setTimeout(() => void doomed.stop('SIGKILL'), 60);
    await Promise.all(requests);
    await doomed.stop('SIGKILL');

    await stack.start('snapshot-worker');
    await eventually(
      async () => (await client.get('/api/snapshots/ws')).body.snapshots.length === 6,
      'all six snapshots to be taken',
      40_000,
    );
    const folder = path.join(stack.gitRoot, 'eve');
    for (const name of readdirSync(folder)) await gitIn(path.join(folder, name), ['fsck', '--strict']);
  });
});

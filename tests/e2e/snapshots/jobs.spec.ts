import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

const respondAsync = { prefer: 'respond-async' };

describe('jobs that take snapshots', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  beforeAll(async () => {
    stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off' });
    [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  });
  afterAll(() => stack?.close());

  const aUser = async (name: string): Promise<ApiClient> => {
    const client = stack.client(api, name);
    await client.post('/api/state/ws/a', { initialState: { n: 1 } });
    return client;
  };
  const completed = (client: ApiClient, location: string) =>
    eventually(async () => {
      const job = await client.get(location);
      return ['completed', 'failed'].includes(job.body.state) ? job : undefined;
    }, 'the job to be done');

  it.each([
    ['/api/snapshots/ws', { description: 'later', push: true }],
    ['/api/state/ws/snapshot', { description: 'later', commitToGit: true }],
  ])('are returned at once for a POST to %s that prefers so', async (route, body) => {
    const client = await aUser(`async-${route.length}`);
    const accepted = await client.post(route, body, respondAsync);
    expect(accepted.status).toBe(202);
    expect(accepted.headers.get('preference-applied')).toBe('respond-async');
    const { jobId } = accepted.body;
    expect(accepted.body).toEqual({ jobId, state: 'waiting', progress: { done: 0, total: 0 } });
    const location = accepted.headers.get('location') as string;
    expect(location).toBe(`/api/snapshots/ws/jobs/${jobId}`);

    const job = await completed(client, location);
    const [snapshot] = (await client.get('/api/snapshots/ws')).body.snapshots;
    const { snapshotId, type, panelCount, totalSizeBytes, gitCommitHash, createdAt } = snapshot;
    expect(snapshot.description).toBe('later');
    expect([job.status, job.body]).toEqual([
      200,
      {
        jobId,
        state: 'completed',
        progress: { done: 1, total: 1 },
        result: {
          snapshotId,
          workspaceId: 'ws',
          type,
          panelCount,
          totalSizeBytes,
          gitCommitHash,
          createdAt,
        },
      },
    ]);
    expect(snapshotId).toBe(jobId);
  });

  it('are waited for as long as the caller would wait', async () => {
    const client = await aUser('patient');
    const answer = await client.post('/api/snapshots/ws', {}, { prefer: 'respond-async, wait=20' });
    expect(answer).toMatchObject({ status: 201, body: { panelCount: 1 } });
    expect(answer.headers.get('preference-applied')).toBe('respond-async, wait=20');
    const plain = await client.post('/api/snapshots/ws', {}, { prefer: 'handling=lenient' });
    expect([plain.status, plain.headers.get('preference-applied')]).toEqual([201, null]);
  });

  it('are known to those alone who reach the whole workspace', async () => {
    const client = await aUser('private');
    const { body } = await client.post('/api/snapshots/ws', {});
    const job = `/api/snapshots/ws/jobs/${body.snapshotId}`;
    expect(await client.get(job)).toMatchObject({ status: 200, body: { state: 'completed' } });

    const missing = { status: 404, body: { error: 'not_found' } };
    expect(await client.get(`/api/snapshots/other/jobs/${body.snapshotId}`)).toMatchObject(missing);
    const unknownId = body.snapshotId.replace(/.$/, (last: string) => (last === '0' ? '1' : '0'));
    expect(await client.get(`/api/snapshots/ws/jobs/${unknownId}`)).toMatchObject(missing);
    expect(await client.get('/api/snapshots/ws/jobs/repeat:scan:1')).toMatchObject(missing);
    expect(await (await aUser('stranger')).get(job)).toMatchObject(missing);
    expect(await stack.client(api, 'private', { paths: ['ws/a'] }).get(job)).toMatchObject(missing);
    const unscoped = stack.client(api, 'private', { scope: 'state:write' });
    expect(await unscoped.get(job)).toMatchObject({ status: 403, body: { requiredScope: 'state:read' } });
  });

  it('of a shared workspace are found where its owner is named', async () => {
    const owner = await aUser('sharing');
    await owner.put('/api/workspaces/ws/members/reader', { role: 'editor' });
    const member = stack.client(api, 'reader');
    const accepted = await member.post('/api/snapshots/ws?owner=sharing', {}, respondAsync);
    const location = accepted.headers.get('location') as string;
    expect(location).toMatch(/\?owner=sharing$/);
    expect((await completed(member, location)).body.state).toBe('completed');
    expect((await owner.get('/api/snapshots/ws')).body.snapshots[0].createdBy).toBe('reader');
  });

  it('give the reason of their failure, and are kept', async () => {
    const client = await aUser('broken');
    // A file where the repository's folder should be.
    mkdirSync(stack.gitRoot, { recursive: true });
    writeFileSync(path.join(stack.gitRoot, 'broken'), '');
    chmodSync(path.join(stack.gitRoot, 'broken'), 0o400);
    const accepted = await client.post('/api/snapshots/ws', {}, respondAsync);
    const location = accepted.headers.get('location') as string;
    const retried = await eventually(async () => {
      const { body } = await client.get(location);
      return body.failedReason && body;
    }, 'the job to fail once');
    expect(['delayed', 'active', 'waiting', 'failed']).toContain(retried.state);
    expect(retried.failedReason).toMatch(/The snapshot repository/);
    const { body } = await completed(client, location);
    expect(body).toMatchObject({ jobId: accepted.body.jobId, state: 'failed' });
    expect(body.result).toBeUndefined();
    expect(body.failedReason).toMatch(/The snapshot repository/);
  });
});

it('are refused where the queue is away', async () => {
  const stack = await TestStack.create({ REDIS_URL: 'redis://127.0.0.1:1/0' });
  const api = await stack.start('state-api');
  const client = stack.client(api);
  const job = await client.get('/api/snapshots/ws/jobs/00000000-0000-4000-8000-000000000000');
  expect(job).toMatchObject({ status: 503, body: { error: 'unavailable' } });
  await client.post('/api/workspaces', { name: 'Some', workspaceId: 'ws' });
  expect(await client.post('/api/snapshots/ws', {}, respondAsync)).toMatchObject({ status: 503 });
  await stack.close();
});

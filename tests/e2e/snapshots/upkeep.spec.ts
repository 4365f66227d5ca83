import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { postgresDataSource } from '@nexus-state/postgres';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiClient,
  type ServiceProcess,
  TestStack,
  branchTip,
  createBareRepository,
} from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
afterEach(() => stack?.close());

const jobOf = async (client: ApiClient, jobId: string) =>
  (await client.get(`/api/snapshots/ws/jobs/${jobId}`)).body;

it('pushes each commit to the remote by a job of its own, which waits for a remote that is away', async () => {
  stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off' });
  const remotes = path.join(stack.gitRoot, 'remotes');
  const settings = { GIT_REMOTE_URL_TEMPLATE: `file://${remotes}/{owner}/{workspace}.git` };
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker', settings)]);
  const client = stack.client(api, 'ann');
  await client.post('/api/state/ws/a', { initialState: { n: 1 } });
  const { status, body } = await client.post('/api/snapshots/ws', { push: true });
  expect([status, body.pushJobId]).toEqual([201, expect.stringMatching(/^[0-9a-f-]{36}$/)]);

  const failed = await eventually(async () => {
    const job = await jobOf(client, body.pushJobId);
    return job.failedReason ? job : undefined;
  }, 'the push to fail');
  expect(failed.result).toBeUndefined();
  expect(JSON.stringify(failed)).not.toContain(remotes);
  const later = await client.post('/api/snapshots/ws', {});
  expect(later).toMatchObject({ status: 201, body: { pushJobId: body.pushJobId } });

  const remote = path.join(remotes, 'ann', 'ws.git');
  mkdirSync(path.dirname(remote), { recursive: true });
  await createBareRepository(remote);
  const pushed = await eventually(async () => {
    const job = await jobOf(client, body.pushJobId);
    return job.state === 'completed' ? job : undefined;
  }, 'the push to be done');
  expect(pushed).toMatchObject({
    progress: { done: 1, total: 1 },
    result: { outcome: 'pushed', gitCommitHash: body.gitCommitHash },
  });
  expect(await branchTip(remote)).toBe(body.gitCommitHash);

  for (const [route, said] of [
    ['/api/snapshots/ws', { push: false }],
    ['/api/state/ws/snapshot', { commitToGit: false }],
  ] as const) {
    const kept = await client.post(route, said);
    expect([kept.status, kept.body.gitCommitHash]).toEqual([201, body.gitCommitHash]);
    expect(kept.body).not.toHaveProperty('pushJobId');
  }
});

it('thins out old automatic snapshots, and leaves the others and all commits', async () => {
  stack = await TestStack.create({
    SNAPSHOT_INTERVAL: '500ms',
    SNAPSHOT_MAINTENANCE_INTERVAL: '1s',
    SNAPSHOT_RETENTION: '1s',
  });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  const client = stack.client(api, 'ann');
  const listed = async () => (await client.get('/api/snapshots/ws')).body.snapshots as { type: string }[];
  await client.post('/api/state/ws/a', { initialState: {} });
  await client.post('/api/snapshots/ws', {});
  for (let version = 1; version <= 3; version++) {
    const before = (await client.get('/api/snapshots/ws/commits')).body.commits.length;
    await client.put('/api/state/ws/a', { state: { version }, version });
    await eventually(
      async () => (await client.get('/api/snapshots/ws/commits')).body.commits.length > before,
      'the next automatic snapshot',
    );
  }
  await eventually(
    async () => (await listed()).map(({ type }) => type).join() === 'auto,manual',
    'all but the newest automatic snapshot to be gone',
  );
  expect((await client.get('/api/snapshots/ws/commits')).body.commits).toHaveLength(4);
});

it('forgets idempotency keys after a day, also where all snapshots are kept', async () => {
  stack = await TestStack.create({ SNAPSHOT_MAINTENANCE_INTERVAL: '1s', SNAPSHOT_RETENTION: 'off' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  const client = stack.client(api, 'ann');
  for (const key of ['old', 'new'])
    await client.post(`/api/state/ws/${key}`, { initialState: {} }, { 'idempotency-key': key });
  const source = await postgresDataSource({ url: stack.database.url, poolSize: 2 }).initialize();
  const keys = async () =>
    (await source.query(`SELECT answer->>'panelId' AS id FROM idempotency_keys`)).map(
      ({ id }: { id: string }) => id,
    );
  const age = `- interval '25 hours' WHERE`;
  await source.query(`UPDATE state_history SET occurred_at = occurred_at ${age} panel_id = 'old'`);
  await source.query(`UPDATE idempotency_keys SET claimed_at = claimed_at ${age} answer->>'panelId' = 'old'`);
  await eventually(async () => (await keys()).join() === 'new', 'the old key to be gone');
  await source.destroy();
  const again = await client.post('/api/state/ws/old', { initialState: {} }, { 'idempotency-key': 'old' });
  expect(again.body.error).toBe('already_exists');
});

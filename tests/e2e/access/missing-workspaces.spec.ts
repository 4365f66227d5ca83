import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { postgresDataSource } from '@nexus-state/postgres';
import { ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { type Route, routesOf } from '../requests/refusals/description';
import { samples } from '../requests/refusals/samples';

let stack: TestStack;
let api: ServiceProcess;
let source: DataSource;
let routes: readonly Route[];

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  source = await postgresDataSource({ url: stack.database.url, poolSize: 2 }).initialize();
  routes = routesOf((await stack.client(api).get('/openapi.json')).body);
});
afterAll(async () => {
  await source?.destroy();
  await stack?.close();
});

/** The writes of panels, which create their workspace; and what may come before them: turns and proposals of first panels. */
const creators = [
  'POST /api/state/{workspaceId}/{panelId}',
  'PUT /api/state/{workspaceId}/{panelId}',
  'POST /api/state/{workspaceId}/transaction',
  'POST /api/state/{workspaceId}/turns',
  'POST /api/state/{workspaceId}/proposals',
];

/** Everything there is: rows of all tables, and folders of repositories. */
async function everything(): Promise<string> {
  const tables = ['workspaces', 'workspace_members', 'workspace_visits', 'panel_states', 'state_history'];
  const rows = await Promise.all(
    [...tables, 'idempotency_keys', 'state_snapshots', 'snapshot_coverage'].map((table) =>
      source.query(`SELECT owner, workspace_id FROM ${table} ORDER BY 1, 2`),
    ),
  );
  const folders = await readdir(stack.gitRoot, { recursive: true });
  return JSON.stringify([rows, folders.filter((name) => name.endsWith('.git')).sort()]);
}

const values: Readonly<Record<string, string>> = {
  workspaceId: 'nowhere',
  panelId: 'panel',
  userId: 'mia',
  snapshotId: randomUUID(),
  jobId: randomUUID(),
  turnId: randomUUID(),
  proposalId: randomUUID(),
};
/** Bodies that ask for more than the samples do. */
const bodies: Readonly<Record<string, object>> = {
  'POST /api/state/{workspaceId}/{panelId}/revert': { targetVersion: 1, createSnapshot: true },
  'POST /api/snapshots/{workspaceId}/restore': { snapshotId: randomUUID() },
};

it('no route but a write of panels creates a workspace, a repository or anything else', async () => {
  const subject = `user-${randomUUID()}`;
  const user = stack.client(api, subject);
  await user.get('/api/workspaces');
  const before = await everything();
  const tried = routes.filter(({ name, path }) => path.includes('{workspaceId}') && !creators.includes(name));
  expect(tried.length).toBeGreaterThan(20);
  for (const { name, method, path } of tried) {
    const sample = samples[name];
    const place = path.replace(/\{(\w+)\}/g, (_, parameter: string) => values[parameter] as string);
    for (const query of ['', `?owner=${subject}`]) {
      const answer = await user.call(method, place + query, bodies[name] ?? sample?.body, sample?.headers);
      expect([name, answer.status < 500]).toEqual([name, true]);
      if (method !== 'GET' && method !== 'DELETE' && !/\/(query|context|search)$/.test(path))
        expect([name, answer.status, answer.body.error]).toEqual([name, 404, 'not_found']);
      expect([name, await everything()]).toEqual([name, before]);
    }
  }
  for (const prefer of ['respond-async', 'respond-async, wait=5']) {
    const answer = await user.post('/api/snapshots/nowhere', {}, { prefer });
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
  }
  expect(await everything()).toBe(before);
});

it('a git client finds no repository, and leaves none', async () => {
  const user = stack.client(api);
  await user.get('/api/workspaces');
  const before = await everything();
  const refs = await user.get('/git/nowhere.git/info/refs?service=git-upload-pack');
  expect(refs.status).toBe(404);
  const pack = await user.post('/git/nowhere.git/git-upload-pack', '0000', {
    'content-type': 'application/x-git-upload-pack-request',
  });
  expect(pack.status).toBe(404);
  expect(await everything()).toBe(before);
});

it('a workspace that was deleted gets no more snapshots, also through a process that has just used it', async () => {
  const subject = `user-${randomUUID()}`;
  const other = await stack.start('state-api');
  const [here, there] = [api, other].map(({ url }) => new ApiClient(url, testToken(subject))) as [
    ApiClient,
    ApiClient,
  ];
  await here.post('/api/state/ws/panel', { initialState: {} });
  expect((await here.post('/api/snapshots/ws', {})).status).toBe(201);
  expect((await there.delete('/api/workspaces/ws')).status).toBe(204);
  for (const path of ['/api/snapshots/ws', '/api/state/ws/snapshot']) {
    const answer = await here.post(path, {});
    expect([path, answer.status, answer.body.error]).toEqual([path, 404, 'not_found']);
  }
  // Its snapshots stay, to be read and restored.
  const { snapshots } = (await here.get('/api/snapshots/ws')).body;
  expect(snapshots[0]).toMatchObject({ type: 'pre_delete', panelCount: 1 });
  expect((await here.post('/api/snapshots/ws/restore', { snapshotId: snapshots[0].snapshotId })).status).toBe(
    200,
  );
  expect((await here.post('/api/snapshots/ws', {})).status).toBe(201);
});

it('a revert that asks for a snapshot takes none for a version that never was', async () => {
  const user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: {} });
  const before = await everything();
  for (const panel of ['panel', 'missing']) {
    const answer = await user.post(`/api/state/ws/${panel}/revert`, {
      targetVersion: 9,
      createSnapshot: true,
    });
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
  }
  expect(await everything()).toBe(before);
});

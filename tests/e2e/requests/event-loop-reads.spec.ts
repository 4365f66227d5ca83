import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  LoopWatch,
  type ServiceProcess,
  TestStack,
  loopProbe,
  membersText,
} from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let worker: ServiceProcess;

const patient = {
  SNAPSHOT_INTERVAL: 'off',
  DATABASE_TIMEOUT: '2m',
  QUERY_TIMEOUT: '2m',
  SNAPSHOT_WAIT: '5m',
};
const panel = '/api/state/ws/panel';

beforeAll(async () => {
  stack = await TestStack.create({ ...patient, ...loopProbe });
  [api, gateway, worker] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
});
afterAll(() => stack?.close());

const state = (value: number) => membersText(70_000, () => String(value));

/** A panel of which each version is a state of 70,000 members. */
async function withVersions(count: number): Promise<{ readonly subject: string; readonly user: ApiClient }> {
  const subject = `user-${randomUUID()}`;
  const user = stack.client(api, subject);
  expect((await user.post(panel, `{"initialState":${state(0)}}`)).status).toBe(201);
  for (let version = 1; version < count; version++)
    expect((await user.put(panel, `{"version":${version},"state":${state(version)}}`)).status).toBe(200);
  return { subject, user };
}

/** Does some work, and checks how long a service held its event loop for it. */
async function holdsShort<T>(service: ServiceProcess, work: () => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  const watch = new LoopWatch(service);
  const { longestMs, allowedMs } = await watch.holdDuring(async () => (result = { value: await work() }));
  process.stdout.write(
    `${expect.getState().currentTestName}: ${longestMs.toFixed(0)} ms of ${allowedMs.toFixed(0)} ms\n`,
  );
  expect(longestMs).toBeLessThan(allowedMs);
  return (result as { readonly value: T }).value;
}

it.each<[string, (user: ApiClient) => Promise<{ readonly status: number; readonly text: string }>]>([
  ['a panel past the cache', (user) => user.get(panel, { 'cache-control': 'no-cache' })],
  ['a version of a panel', (user) => user.get(`${panel}?version=2`)],
  ['a part of a panel', (user) => user.get(`${panel}?path=/k1`)],
  ['a panel with its history', (user) => user.get(`${panel}?include_history=true`)],
  ['the blame of a value', (user) => user.get(`${panel}/blame?path=/k1`)],
  ['a history', (user) => user.get(`${panel}/history`)],
  ['a feed', (user) => user.get('/api/state/ws/changes')],
  ['a query', (user) => user.post('/api/state/ws/query', { contains: { k1: 2 } })],
  ['a query for a large state', (user) => user.post('/api/state/ws/query', `{"contains":${state(2)}}`)],
  ['a workspace whole', (user) => user.get('/api/state/ws/snapshot')],
])('reading %s leaves the event loop to other requests', async (_, read) => {
  const { user } = await withVersions(3);
  const { status, text } = await holdsShort(api, () => read(user));
  expect(status).toBe(200);
  expect(JSON.parse(text)).toBeDefined();
});

it('comparing a snapshot with the present, and restoring it, leaves the event loop to other requests', async () => {
  const { user } = await withVersions(1);
  const taken = await user.post('/api/snapshots/ws', {});
  expect([taken.status, taken.text]).toEqual([201, taken.text]);
  await user.put(panel, `{"version":1,"state":${state(1)}}`);
  const id = taken.body.snapshotId as string;
  const difference = await holdsShort(api, () => user.get(`/api/snapshots/ws/${id}/diff`));
  expect(difference.body.panels.panel.change).toBe('changed');
  const content = await holdsShort(api, () => user.get(`/api/snapshots/ws/${id}`));
  expect(content.body.panels.panel.state.k1).toBe(0);
  const restored = await holdsShort(api, () =>
    user.post('/api/snapshots/ws/restore', { snapshotId: id, mode: 'exact' }),
  );
  expect([restored.status, restored.text]).toEqual([200, restored.text]);
  expect((await user.get(panel)).body.state.k1).toBe(0);
});

it('a snapshot of large states leaves the event loop of the worker to its health checks', async () => {
  const { user } = await withVersions(1);
  for (const id of ['second', 'third'])
    expect((await user.post(`/api/state/ws/${id}`, `{"initialState":${state(3)}}`)).status).toBe(201);
  const taken = await holdsShort(worker, () => user.post('/api/snapshots/ws', {}));
  expect([taken.status, taken.body.panelCount]).toEqual([201, 3]);
  const unchanged = await holdsShort(worker, () => user.post('/api/snapshots/ws', {}));
  expect(unchanged.body.gitCommitHash).toBe(taken.body.gitCommitHash);
});

it('a stale replacement that conflicts everywhere leaves the event loop to other requests', async () => {
  const { user } = await withVersions(2);
  const body = `{"version":1,"state":${state(7)},"onConflict":"merge"}`;
  const { status, text } = await holdsShort(api, () => user.put(panel, body));
  expect(status).toBe(409);
  expect(JSON.parse(text).error).toBe('merge_conflict');
});

it('followers of large changes leave the event loop to other connections', async () => {
  const { subject, user } = await withVersions(1);
  const client = await LiveClient.connect(gateway, subject);
  try {
    await holdsShort(gateway, async () => {
      await client.ask('subscribe', { workspaceId: 'ws', panelId: 'panel' });
      expect((await user.put(panel, `{"version":1,"state":${state(1)}}`)).status).toBe(200);
      await client.reaches('panel', 2, 60_000);
    });
    expect(client.rebuilt('panel')).toEqual(JSON.parse(state(1)));
  } finally {
    client.close();
  }
});

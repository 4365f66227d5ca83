import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = stack.client(api);
});

const newestSnapshot = async () => (await user.get('/api/snapshots/ws')).body.snapshots[0];

it('a workspace that is deleted gets a last snapshot, and its panels end', async () => {
  for (const id of ['a', 'b']) await user.post(`/api/state/ws/${id}`, { initialState: { id } });
  expect((await user.delete('/api/workspaces/ws')).status).toBe(204);

  expect(await newestSnapshot()).toMatchObject({ type: 'pre_delete', panelCount: 2 });
  expect((await user.get('/api/workspaces/ws')).status).toBe(404);
  expect((await user.delete('/api/workspaces/ws')).status).toBe(404);
  expect((await user.get('/api/state/ws')).body.panels).toEqual([]);
  expect((await user.get('/api/state/ws/a')).status).toBe(404);

  // What was deleted keeps its versions: a panel of the same name goes on counting.
  expect((await user.post('/api/state/ws/a', { initialState: {} })).body.version).toBe(3);
  expect((await user.get('/api/workspaces/ws')).status).toBe(200);
});

it('an empty workspace is deleted without a snapshot', async () => {
  await user.post('/api/workspaces', { name: 'Empty', workspaceId: 'ws' });
  expect((await user.delete('/api/workspaces/ws')).status).toBe(204);
  expect(await newestSnapshot()).toBeUndefined();
});

it('a revert takes a snapshot first where it is asked to', async () => {
  const panel = '/api/state/ws/panel';
  await user.post(panel, { initialState: { n: 1 } });
  await user.put(panel, { state: { n: 2 }, version: 1 });
  const answer = await user.post(`${panel}/revert`, { targetVersion: 1, createSnapshot: true });
  expect(answer.body).toMatchObject({ success: true, version: 3, revertedTo: 1 });

  const snapshot = await newestSnapshot();
  expect(snapshot).toMatchObject({ snapshotId: answer.body.snapshotId, type: 'pre_revert' });
  expect((await user.get(panel)).body.state).toEqual({ n: 1 });
});

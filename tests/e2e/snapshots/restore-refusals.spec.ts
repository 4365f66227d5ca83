import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let subject: string;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});
afterAll(() => stack?.close());

const make = (panelId: string, state: object) =>
  user.post(`/api/state/ws/${panelId}`, { initialState: state });
const take = async () => (await user.post('/api/snapshots/ws', {})).body;
const restore = (body: object, client = user) => client.post('/api/snapshots/ws/restore', body);
const panels = async () => (await user.get('/api/state/ws/snapshot')).body.panels;
const snapshots = async () => (await user.get('/api/snapshots/ws')).body.snapshots;

describe('no restore', () => {
  it.each([
    ['what names nothing', {}],
    ['what names two things', { snapshotId: randomUUID(), gitCommitHash: 'f'.repeat(40) }],
    ['an unknown mode', { snapshotId: randomUUID(), mode: 'partial' }],
    ['an unknown field', { snapshotId: randomUUID(), force: true }],
    ['no text', { snapshotId: 7 }],
  ])('for %s', async (_, body) => {
    const answer = await restore(body);
    expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
  });

  it.each([
    { snapshotId: '11111111-1111-4111-8111-111111111111' },
    { snapshotId: 'nonsense' },
    { gitCommitHash: 'f'.repeat(40) },
    { gitCommitHash: 'main' },
  ])('of what is not there: %j', async (body) => {
    await make('a', {});
    await take();
    const answer = await restore(body);
    expect([answer.status, answer.body.error]).toEqual([404, 'not_found']);
    expect(await snapshots()).toHaveLength(1);
  });

  it('of the snapshot of another workspace, or of another user', async () => {
    await make('a', {});
    const { snapshotId, gitCommitHash } = await take();
    const stranger = stack.client(api, `stranger-${randomUUID()}`);
    for (const body of [{ snapshotId }, { gitCommitHash }]) {
      expect((await user.post('/api/snapshots/another/restore', body)).status).toBe(404);
      expect((await restore(body, stranger)).status).toBe(404);
    }
  });

  it('without the scope, the role, or the reach', async () => {
    await make('changed', { n: 1 });
    const { snapshotId } = await take();
    await user.put('/api/state/ws/changed', { state: { n: 2 }, version: 1 });
    const before = await panels();
    const reader = stack.client(api, subject, { scope: 'state:read' });
    expect(await restore({ snapshotId }, reader)).toMatchObject({
      status: 403,
      body: { requiredScope: 'state:write' },
    });
    const narrow = stack.client(api, subject, { paths: ['ws/changed'] });
    expect(await restore({ snapshotId }, narrow)).toMatchObject({ status: 404 });
    const friend = `friend-${randomUUID()}`;
    const member = stack.client(api, friend);
    await user.put(`/api/workspaces/ws/members/${friend}`, { role: 'viewer' });
    expect(await restore({ snapshotId }, member)).toMatchObject({
      status: 403,
      body: { requiredRole: 'editor' },
    });
    expect(await panels()).toEqual(before);
    await user.put(`/api/workspaces/ws/members/${friend}`, { role: 'editor' });
    expect(await restore({ snapshotId }, member)).toMatchObject({ status: 200 });
    expect((await user.get('/api/state/ws/changed/history')).body.history[0].actor).toBe(friend);
  });

  it('without a worker that takes the snapshot before it', async () => {
    const lonely = await TestStack.create({ SNAPSHOT_WAIT: '300ms' });
    try {
      const door = lonely.client(await lonely.start('state-api'), 'ann');
      const worker = await lonely.start('snapshot-worker');
      await door.post('/api/state/ws/a', { initialState: { n: 1 } });
      const taken = await eventually(async () => {
        await door.post('/api/snapshots/ws', {});
        return (await door.get('/api/snapshots/ws')).body.snapshots[0];
      }, 'a snapshot');
      await worker.stop();
      await door.put('/api/state/ws/a', { state: { n: 2 }, version: 1 });
      const answer = await door.post('/api/snapshots/ws/restore', { snapshotId: taken.snapshotId });
      expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } });
      expect((await door.get('/api/state/ws/a')).body).toMatchObject({ version: 2, state: { n: 2 } });
    } finally {
      await lonely.close();
    }
  });
});

import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let other: ServiceProcess;
let ownerId: string;
let friendId: string;
let owner: ApiClient;
let friend: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '15s' });
  [api, other] = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());
beforeEach(() => {
  [ownerId, friendId] = [`owner-${randomUUID()}`, `friend-${randomUUID()}`];
  owner = stack.client(api, ownerId);
  friend = stack.client(other, friendId);
});

const ids = (answer: { body: { workspaces: { workspaceId: string }[] } }) =>
  answer.body.workspaces.map(({ workspaceId }) => workspaceId);

describe('workspaces', () => {
  it('begin with one called default', async () => {
    const answer = await owner.get('/api/workspaces');
    expect(answer.status).toBe(200);
    expect(answer.body.workspaces).toEqual([
      {
        workspaceId: 'default',
        owner: ownerId,
        name: 'default',
        description: null,
        role: 'owner',
        active: false,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        lastOpenedAt: null,
      },
    ]);
  });

  it('are made, read, renamed and activated', async () => {
    const made = await owner.post('/api/workspaces', {
      name: 'Spring Plans',
      workspaceId: 'plans',
      description: 'x',
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/api/workspaces/plans');
    expect(made.body).toMatchObject({
      workspaceId: 'plans',
      name: 'Spring Plans',
      description: 'x',
      role: 'owner',
    });
    expect((await owner.post('/api/workspaces', { name: 'x', workspaceId: 'plans' })).body.error).toBe(
      'already_exists',
    );
    expect((await owner.post('/api/workspaces', { name: 'x', workspaceId: 'a/b' })).body.error).toBe(
      'invalid_id',
    );
    expect((await owner.post('/api/workspaces', { name: 'Über uns' })).body.workspaceId).toMatch(
      /^uber-uns-[0-9a-f]{8}$/,
    );

    expect((await owner.patch('/api/workspaces/plans', { name: 'Plans' })).body).toMatchObject({
      name: 'Plans',
      description: 'x',
    });
    expect((await owner.post('/api/workspaces/plans/activate', undefined)).body).toMatchObject({
      active: true,
    });
    const list = (await owner.get('/api/workspaces')).body.workspaces;
    expect(list[0]).toMatchObject({ workspaceId: 'plans', active: true, lastOpenedAt: expect.any(String) });
    expect((await owner.get('/api/workspaces/none')).status).toBe(404);
    expect((await owner.patch('/api/workspaces/none', { name: 'x' })).status).toBe(404);
    expect((await owner.post('/api/workspaces/none/activate', undefined)).status).toBe(404);
  });

  it('come into being when a panel is written', async () => {
    await owner.post('/api/state/fresh/panel', { initialState: {} });
    expect(ids(await owner.get('/api/workspaces'))).toContain('fresh');
  });
});

describe('sharing', () => {
  const panel = '/api/state/shared/panel';
  const member = () => `/api/workspaces/shared/members/${friendId}`;
  beforeEach(async () => {
    await owner.post(panel, { initialState: { n: 1 } });
  });

  it('shows nothing to strangers', async () => {
    expect((await friend.get(panel)).status).toBe(404);
    expect((await friend.get(`${panel}?owner=${ownerId}`)).status).toBe(404);
    expect((await friend.get('/api/workspaces/shared')).status).toBe(404);
    expect((await friend.get(`/api/workspaces/shared/members?owner=${ownerId}`)).status).toBe(404);
  });

  it('lets viewers read, editors write, admins manage, and only the owner delete', async () => {
    const write = () =>
      friend.patch(panel, [{ op: 'inc', path: '/n', value: 1 }], {
        'content-type': 'application/json-patch+json',
        'if-match': '*',
      });
    const manage = () => friend.put('/api/workspaces/shared/members/somebody', { role: 'viewer' });

    expect((await owner.put(member(), { role: 'viewer' })).body).toMatchObject({
      userId: friendId,
      role: 'viewer',
    });
    expect((await friend.get(panel)).body.state).toEqual({ n: 1 });
    const refused = await write();
    expect([refused.status, refused.body.error, refused.body.requiredRole]).toEqual([
      403,
      'forbidden',
      'editor',
    ]);

    await owner.put(member(), { role: 'editor' });
    expect((await write()).status).toBe(200);
    expect((await manage()).status).toBe(403);

    await owner.put(member(), { role: 'admin' });
    expect((await manage()).status).toBe(200);
    expect((await friend.delete('/api/workspaces/shared')).body).toMatchObject({ requiredRole: 'owner' });

    expect((await owner.get(panel)).body.state).toEqual({ n: 2 });
    expect((await owner.get(`${panel}/history`)).body.history[0].actor).toBe(friendId);
    expect(ids(await friend.get('/api/workspaces'))).toContain('shared');
  });

  it('ends at once, through every process', async () => {
    await owner.put(member(), { role: 'editor' });
    const elsewhere = stack.client(api, friendId);
    expect((await friend.get(panel)).status).toBe(200);
    expect((await elsewhere.get(panel)).status).toBe(200);
    expect((await owner.delete(member())).status).toBe(204);
    expect((await friend.get(panel)).status).toBe(404);
    expect((await elsewhere.get(panel)).status).toBe(404);
    expect((await owner.delete(member())).status).toBe(404);
  });

  it('lists everybody, lets members leave, and leaves the owner what they are', async () => {
    await owner.put(member(), { role: 'viewer' });
    const { members } = (await friend.get('/api/workspaces/shared/members')).body;
    expect(members.map(({ userId, role }: { userId: string; role: string }) => [userId, role])).toEqual([
      [ownerId, 'owner'],
      [friendId, 'viewer'],
    ]);
    expect((await friend.get(member())).body.role).toBe('viewer');
    expect((await owner.put(`/api/workspaces/shared/members/${ownerId}`, { role: 'viewer' })).status).toBe(
      400,
    );
    expect((await owner.put(member(), { role: 'king' })).status).toBe(400);
    expect((await friend.delete(`/api/workspaces/shared/members/${ownerId}`)).status).toBe(403);
    expect((await friend.delete(member())).status).toBe(204);
    expect((await friend.get(panel)).status).toBe(404);
  });

  it('asks whose workspace is meant where several owners share the same id', async () => {
    const third = stack.client(api);
    await third.post(panel, { initialState: { n: 'third' } });
    const thirdId = (await third.get(`${panel}/history`)).body.history[0].actor;
    await owner.put(member(), { role: 'viewer' });
    await third.put(member(), { role: 'viewer' });

    const ambiguous = await friend.get(panel);
    expect([ambiguous.status, ambiguous.body.errors[0].pointer]).toEqual([400, 'owner']);
    expect((await friend.get(`${panel}?owner=${ownerId}`)).body.state).toEqual({ n: 1 });
    expect((await friend.get(panel, { 'x-workspace-owner': thirdId })).body.state).toEqual({ n: 'third' });

    await friend.post(`${panel}?owner=${friendId}`, { initialState: { n: 'mine' } });
    expect((await friend.get(panel)).body.state).toEqual({ n: 'mine' });
    expect((await friend.get(`${panel}?owner=${ownerId}`)).body.state).toEqual({ n: 1 });
  });
});

describe('tokens that reach only parts', () => {
  it('see only the workspaces they reach, and manage only those they reach whole', async () => {
    await owner.post('/api/state/one/p', { initialState: {} });
    await owner.post('/api/state/two/p', { initialState: {} });
    const narrow = stack.client(api, ownerId, { paths: ['one/p'] });
    expect(ids(await narrow.get('/api/workspaces'))).toEqual(['one']);
    expect((await narrow.get('/api/workspaces/two')).status).toBe(404);
    expect((await narrow.patch('/api/workspaces/one', { name: 'x' })).status).toBe(403);
    expect((await narrow.post('/api/workspaces', { name: 'x', workspaceId: 'three' })).status).toBe(403);
    const whole = stack.client(api, ownerId, { paths: ['one/*'] });
    expect((await whole.patch('/api/workspaces/one', { name: 'x' })).status).toBe(200);
  });
});

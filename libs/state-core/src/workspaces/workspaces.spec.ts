import { SnapshotFailed, Unavailable } from '../errors';
import { MemoryWorkspaceStore } from '../memory';
import { FailingStore } from '../testing/failing-store';
import { PathPatterns, type Role } from './access';
import { AccessControl } from './access-control';
import { Workspaces } from './workspaces';

const key = { owner: 'ann', workspaceId: 'plans' };

let now: number;
let store: FailingStore<MemoryWorkspaceStore>;
let access: AccessControl;
let cleared: [object, string][];
let clearFailure: Error | undefined;
let workspaces: Workspaces;
beforeEach(() => {
  now = Date.parse('2026-01-02T03:04:05.000Z');
  store = new FailingStore(new MemoryWorkspaceStore(() => new Date(now)));
  access = new AccessControl(store.port);
  [cleared, clearFailure] = [[], undefined];
  const clear = async (at: object, actor: string) => {
    if (clearFailure) throw clearFailure;
    cleared.push([at, actor]);
    return 7;
  };
  workspaces = new Workspaces({ store: store.port, access, clear });
});

const allow = () => undefined;
const make = (workspaceId = 'plans') => workspaces.create('ann', { name: 'Plans', workspaceId }, allow);
const idsOf = async (userId: string) =>
  (await workspaces.listFor(userId)).map(({ owner, workspaceId, role }) => `${owner}/${workspaceId} ${role}`);

describe('the workspaces of a user', () => {
  it('begin with their default one, made once', async () => {
    expect(await workspaces.listFor('ann')).toEqual([
      {
        owner: 'ann',
        workspaceId: 'default',
        name: 'default',
        description: null,
        role: 'owner',
        createdAt: '2026-01-02T03:04:05.000Z',
        updatedAt: '2026-01-02T03:04:05.000Z',
        lastOpenedAt: null,
      },
    ]);
    await workspaces.listFor('ann');
    expect(store.calls('create')).toBe(1);
  });

  it('begin with it also where others share theirs, and not where they own another one', async () => {
    await make();
    await workspaces.putMember(key, 'bob', 'viewer');
    expect(await idsOf('bob')).toEqual(['bob/default owner', 'ann/plans viewer']);
    expect(await idsOf('ann')).toEqual(['ann/plans owner']);
  });

  it('come in the order in which they were last activated', async () => {
    for (const id of ['a', 'b', 'c']) await make(id);
    for (const workspaceId of ['b', 'a']) {
      now += 1_000;
      await workspaces.activate('ann', { owner: 'ann', workspaceId });
    }
    expect(await idsOf('ann')).toEqual(['ann/a owner', 'ann/b owner', 'ann/c owner']);
    expect((await workspaces.listFor('ann'))[0]?.lastOpenedAt).toBe('2026-01-02T03:04:07.000Z');
  });
});

describe('a workspace', () => {
  it('is made with its fields', async () => {
    const fields = { name: 'Plans', workspaceId: 'plans', description: 'x' };
    expect(await workspaces.create('ann', fields, allow)).toEqual({
      ...key,
      name: 'Plans',
      description: 'x',
      createdAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-01-02T03:04:05.000Z',
    });
  });

  it.each([
    ['Über uns', /^uber-uns-[0-9a-f]{8}$/],
    ['  -- A & B! --', /^a-b-[0-9a-f]{8}$/],
    ['計画', /^ws-[0-9a-f]{8}$/],
    ['x'.repeat(90), /^x{40}-[0-9a-f]{8}$/],
  ])('gets an id that can be read from its name: %s', async (name, id) => {
    const ids = await Promise.all([1, 2].map(() => workspaces.create('ann', { name }, allow)));
    for (const { workspaceId } of ids) expect(workspaceId).toMatch(id);
    expect(new Set(ids.map(({ workspaceId }) => workspaceId)).size).toBe(2);
  });

  it('is refused where there is one of this id already, but not of another owner', async () => {
    await make();
    await expect(make()).rejects.toMatchObject({
      code: 'already_exists',
      message: expect.stringContaining('"plans"'),
    });
    await workspaces.create('bob', { name: 'Plans', workspaceId: 'plans' }, allow);
    expect(await idsOf('bob')).toEqual(['bob/plans owner']);
  });

  it.each(['', '.', 'a/b', 'a b', 'x'.repeat(256)])('is refused under the id %j', async (workspaceId) => {
    await expect(make(workspaceId)).rejects.toMatchObject({
      code: 'invalid_id',
      facts: { field: 'workspaceId' },
    });
  });

  it('is not made where the caller may not have it: the id is asked for first, a made-up one included', async () => {
    const asked: string[] = [];
    const refuse = (id: string) => {
      asked.push(id);
      throw new Error('not allowed');
    };
    for (const workspaceId of ['plans', undefined])
      await expect(workspaces.create('ann', { name: 'Plans', workspaceId }, refuse)).rejects.toThrow(
        'not allowed',
      );
    expect(asked).toEqual(['plans', expect.stringMatching(/^plans-[0-9a-f]{8}$/)]);
    expect(store.calls('create')).toBe(0);
  });

  it('changes the fields that are given, and no others', async () => {
    await workspaces.create('ann', { name: 'Plans', workspaceId: 'plans', description: 'x' }, allow);
    now += 1_000;
    expect(await workspaces.update(key, { name: 'New' })).toMatchObject({
      name: 'New',
      description: 'x',
      createdAt: '2026-01-02T03:04:05.000Z',
      updatedAt: '2026-01-02T03:04:06.000Z',
    });
  });

  it('that is not there can be neither changed, activated, deleted nor shared', async () => {
    const refused = [
      workspaces.update(key, { name: 'x' }),
      workspaces.activate('ann', key),
      workspaces.delete(key, 'ann'),
      workspaces.members(key),
      workspaces.member(key, 'bob'),
      workspaces.putMember(key, 'bob', 'viewer'),
    ];
    for (const one of await Promise.allSettled(refused))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
    await expect(workspaces.delete(key, 'ann')).rejects.toMatchObject({
      message: expect.stringContaining('"plans"'),
    });
    expect(cleared).toEqual([]);
  });
});

describe('the deletion of a workspace', () => {
  const open = () =>
    access.open({
      subject: 'ann',
      paths: PathPatterns.all,
      workspaceId: 'plans',
      access: 'read',
      existing: true,
    });
  beforeEach(async () => {
    await make();
    await workspaces.putMember(key, 'bob', 'admin');
  });

  it('empties it first, and then takes it from its owner and members at once', async () => {
    await open();
    expect(await workspaces.delete(key, 'bob')).toBe(7);
    expect(cleared).toEqual([[key, 'bob']]);
    await expect(open()).rejects.toMatchObject({ code: 'not_found' });
    expect([await idsOf('ann'), await idsOf('bob')]).toEqual([['ann/default owner'], ['bob/default owner']]);
  });

  it('leaves everything where the panels cannot be cleared', async () => {
    clearFailure = new SnapshotFailed('1', 'no room');
    await expect(workspaces.delete(key, 'ann')).rejects.toBe(clearFailure);
    expect(await open()).toMatchObject({ role: 'owner' });
    expect(await idsOf('bob')).toContain('ann/plans admin');
  });

  it('can be repeated where the store was away after the panels were cleared', async () => {
    const away = new Unavailable('The database');
    store.failNext('delete', away);
    await expect(workspaces.delete(key, 'ann')).rejects.toBe(away);
    await workspaces.delete(key, 'ann');
    expect(cleared).toHaveLength(2);
    await expect(open()).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the members of a workspace', () => {
  const since = '2026-01-02T03:04:05.000Z';
  beforeEach(make as () => Promise<unknown>);

  it('are its owner first, then those it is shared with', async () => {
    await workspaces.putMember(key, 'carl', 'editor');
    await workspaces.putMember(key, 'bob', 'viewer');
    expect(await workspaces.members(key)).toEqual([
      { userId: 'ann', role: 'owner', since },
      { userId: 'bob', role: 'viewer', since },
      { userId: 'carl', role: 'editor', since },
    ]);
    expect(await workspaces.member(key, 'ann')).toEqual({ userId: 'ann', role: 'owner', since });
    await expect(workspaces.member(key, 'dora')).rejects.toMatchObject({
      code: 'not_found',
      facts: { userId: 'dora' },
    });
  });

  it('get another role, and stay members since they became ones', async () => {
    await workspaces.putMember(key, 'bob', 'viewer');
    now += 60_000;
    expect(await workspaces.putMember(key, 'bob', 'admin')).toEqual({ userId: 'bob', role: 'admin', since });
  });

  it('never include the owner in another role', async () => {
    await expect(workspaces.putMember(key, 'ann', 'viewer')).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: 'userId', message: 'is the owner, whose role cannot be changed' }],
    });
    expect(store.calls('putMember')).toBe(0);
  });

  it.each(['a\u0000b', '\ud800'])('have ids that can be stored: %j', async (userId) => {
    const refused = { code: 'invalid_id', facts: { field: 'userId' } };
    await expect(workspaces.putMember(key, userId, 'viewer')).rejects.toMatchObject(refused);
    const as = { ...key, role: 'owner' as const };
    await expect(workspaces.removeMember(as, userId, 'ann')).rejects.toMatchObject(refused);
  });

  it.each<[Role, string, string | undefined]>([
    ['owner', 'another', undefined],
    ['admin', 'another', undefined],
    ['editor', 'another', 'forbidden'],
    ['viewer', 'another', 'forbidden'],
    ['admin', 'self', undefined],
    ['editor', 'self', undefined],
    ['viewer', 'self', undefined],
  ])('are removed by those who may: a %s removes %s, refused with %s', async (role, whom, code) => {
    const userId = whom === 'self' ? 'me' : 'bob';
    await workspaces.putMember(key, userId, 'viewer');
    const removal = workspaces.removeMember({ ...key, role }, userId, 'me');
    if (code)
      await expect(removal).rejects.toMatchObject({ code, message: expect.stringContaining('"admin"') });
    else await removal;
    const members = (await workspaces.members(key)).map((one) => one.userId);
    expect(members).toEqual(code ? ['ann', userId] : ['ann']);
  });

  it('are distinguished from users who are none, for every caller', async () => {
    const as = { ...key, role: 'owner' as const };
    await expect(workspaces.removeMember(as, 'bob', 'ann')).rejects.toMatchObject({
      code: 'not_found',
      facts: { userId: 'bob' },
    });
  });
});

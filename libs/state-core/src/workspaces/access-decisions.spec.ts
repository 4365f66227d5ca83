import { PathPatterns } from './access';
import { MemoryWorkspaceStore } from '../memory';
import { RoleRequired, Unavailable, WorkspaceNotFound } from '../errors';
import { FailingStore } from '../testing/failing-store';
import { AccessControl } from './access-control';

const open = (
  access: AccessControl,
  workspaceId: string,
  more: { owner?: string; existing?: boolean } = {},
) => access.open({ subject: 'ann', paths: PathPatterns.all, workspaceId, access: 'read', ...more });

describe('access to a workspace', () => {
  it("does not show a stranger whether the owner's workspace is there", async () => {
    const store = new MemoryWorkspaceStore();
    const access = new AccessControl(store);
    const refusalOf = (workspaceId: string) =>
      open(access, workspaceId, { owner: 'bob' }).catch((error: Error) => error.message);
    await store.create({ owner: 'bob', workspaceId: 'private' }, { name: 'private', description: null });
    const [there, notThere] = [await refusalOf('private'), await refusalOf('nowhere')];
    expect(there).toBe('There is no workspace "private".');
    expect(notThere).toBe('There is no workspace "nowhere".');
  });

  it('refuses an id that breaks the rule before it asks the store', async () => {
    const faults = new FailingStore(new MemoryWorkspaceStore());
    const access = new AccessControl(faults.port);
    for (const id of ['', '..', 'a/b', 'ä', 'x'.repeat(256)])
      await expect(open(access, id, { existing: true })).rejects.toMatchObject({
        code: 'invalid_id',
        facts: { field: 'workspaceId' },
      });
    expect(faults.calls('memberships')).toBe(0);
  });

  it('asks whose workspace is meant where several owners share one of this id', async () => {
    const store = new MemoryWorkspaceStore();
    const access = new AccessControl(store);
    for (const owner of ['carl', 'bob']) {
      await store.create({ owner, workspaceId: 'ws' }, { name: 'ws', description: null });
      await store.putMember({ owner, workspaceId: 'ws' }, 'ann', 'editor');
    }
    await expect(open(access, 'ws')).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [
        { pointer: 'owner', message: 'is required, because several workspaces have this id: bob, carl' },
      ],
    });
    expect(await open(access, 'ws', { owner: 'carl' })).toMatchObject({ owner: 'carl', role: 'editor' });
    await store.create({ owner: 'ann', workspaceId: 'ws' }, { name: 'ws', description: null });
    expect(await open(access, 'ws')).toMatchObject({ owner: 'ann', role: 'owner' });
  });

  it('lets a change of a role take effect with the next request', async () => {
    const store = new MemoryWorkspaceStore();
    const access = new AccessControl(store);
    const shared = { owner: 'bob', workspaceId: 'ws' };
    await store.create(shared, { name: 'ws', description: null });
    const manage = () =>
      access.open({ subject: 'ann', paths: PathPatterns.all, ...shared, access: 'manage', existing: true });
    await store.putMember(shared, 'ann', 'admin');
    expect(await manage()).toEqual({ ...shared, role: 'admin' });
    await store.putMember(shared, 'ann', 'editor');
    await expect(manage()).rejects.toEqual(new RoleRequired('admin'));
    await store.removeMember(shared, 'ann');
    await expect(manage()).rejects.toEqual(new WorkspaceNotFound('ws'));
  });
});

describe('AccessControl and its store', () => {
  const away = new Unavailable('The database');
  const shared = { owner: 'bob', workspaceId: 'ws' };
  const own = { owner: 'ann', workspaceId: 'own' };
  let faults: FailingStore<MemoryWorkspaceStore>;
  let access: AccessControl;
  let now: number;
  beforeEach(async () => {
    now = 0;
    faults = new FailingStore(new MemoryWorkspaceStore());
    access = new AccessControl(faults.port, () => now);
    for (const key of [shared, own])
      await faults.adapter.create(key, { name: key.workspaceId, description: null });
    await faults.adapter.putMember(shared, 'ann', 'viewer');
  });

  it('remembers the owner of a workspace for half a minute, and never the role of a member', async () => {
    const asked = async (workspaceId: string) => {
      const before = faults.calls('memberships');
      await open(access, workspaceId);
      return faults.calls('memberships') - before;
    };
    expect([await asked('own'), await asked('own')]).toEqual([1, 0]);
    now = 29_999;
    expect(await asked('own')).toBe(0);
    now = 30_000;
    expect(await asked('own')).toBe(1);
    expect([await asked('ws'), await asked('ws')]).toEqual([1, 1]);
  });

  it('still lets a remembered owner in while the store is away, and no other user', async () => {
    await open(access, 'own', { existing: true });
    faults.leave(away);
    now = 3_600_000;
    expect(await open(access, 'own', { existing: true })).toEqual({ ...own, role: 'owner' });
    await expect(open(access, 'ws', { owner: 'bob', existing: true })).rejects.toBe(away);
    await expect(open(access, 'other', { existing: true })).rejects.toBe(away);
    access.forget(own);
    await expect(open(access, 'own', { existing: true })).rejects.toBe(away);
  });

  it('asks nothing of the store where a token does not reach into the workspace', async () => {
    const paths = new PathPatterns(['other/*']);
    const request = { subject: 'ann', paths, workspaceId: 'ws', access: 'read' } as const;
    await expect(access.open(request)).rejects.toEqual(new WorkspaceNotFound('ws'));
    expect(faults.calls('memberships')).toBe(0);
  });
});

import { PathPatterns } from './access';
import { MemoryWorkspaceStore } from '../memory';
import { WorkspaceNotFound } from '../errors';
import { AccessControl } from './access-control';

describe('AccessControl', () => {
  const open = (
    access: AccessControl,
    workspaceId: string,
    more: { owner?: string; existing?: boolean } = {},
  ) => access.open({ subject: 'ann', paths: PathPatterns.all, workspaceId, access: 'read', ...more });

  it('lets an owner into a workspace that is not there yet, unless it must be there', async () => {
    const access = new AccessControl(new MemoryWorkspaceStore());
    for (const owner of [undefined, 'ann']) {
      const named = owner === undefined ? {} : { owner };
      expect(await open(access, 'ws', named)).toEqual({ owner: 'ann', workspaceId: 'ws', role: 'owner' });
      await expect(open(access, 'ws', { ...named, existing: true })).rejects.toThrow(WorkspaceNotFound);
    }
  });

  it('lets an owner into a workspace that must be there, and no longer once it is deleted', async () => {
    const store = new MemoryWorkspaceStore();
    const access = new AccessControl(store);
    const key = { owner: 'ann', workspaceId: 'ws' };
    await store.create(key, { name: 'ws', description: null });
    for (const named of [{}, { owner: 'ann' }])
      expect(await open(access, 'ws', { ...named, existing: true })).toMatchObject({ role: 'owner' });
    await store.delete(key);
    access.forget(key);
    for (const named of [{}, { owner: 'ann' }])
      await expect(open(access, 'ws', { ...named, existing: true })).rejects.toThrow(WorkspaceNotFound);
  });

  it("lets a member into a shared workspace, and says nothing of the owner's other ones", async () => {
    const store = new MemoryWorkspaceStore();
    const access = new AccessControl(store);
    const shared = { owner: 'bob', workspaceId: 'ws' };
    await store.create(shared, { name: 'ws', description: null });
    await store.create({ owner: 'bob', workspaceId: 'other' }, { name: 'other', description: null });
    await store.putMember(shared, 'ann', 'viewer');
    for (const named of [{}, { owner: 'bob' }])
      expect(await open(access, 'ws', { ...named, existing: true })).toEqual({ ...shared, role: 'viewer' });
    await expect(open(access, 'other', { owner: 'bob', existing: true })).rejects.toThrow(WorkspaceNotFound);
  });

  it('makes the default workspace of an owner where it must be there', async () => {
    const access = new AccessControl(new MemoryWorkspaceStore());
    for (const named of [{}, { owner: 'ann' }])
      expect(await open(access, 'default', { ...named, existing: true })).toMatchObject({ role: 'owner' });
  });
});

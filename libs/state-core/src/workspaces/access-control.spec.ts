import { PathPatterns } from './access';
import { MemoryWorkspaceStore } from '../memory';
import { AccessControl, type AccessRequest } from './access-control';

describe('AccessControl', () => {
  let store: MemoryWorkspaceStore;
  let access: AccessControl;
  beforeEach(() => {
    store = new MemoryWorkspaceStore();
    access = new AccessControl(store);
  });

  const open = (request: Partial<AccessRequest>) =>
    access.open({ subject: 'ann', paths: PathPatterns.all, workspaceId: 'ws', access: 'write', ...request });
  const create = (owner: string, workspaceId = 'ws') =>
    store.create({ owner, workspaceId }, { name: workspaceId, description: null });
  const notFound = { code: 'not_found' };

  it('lets an owner into a workspace that does not exist, unless it must', async () => {
    for (const owner of [undefined, 'ann']) {
      await expect(open({ owner })).resolves.toEqual({ owner: 'ann', workspaceId: 'ws', role: 'owner' });
      await expect(open({ owner, existing: true })).rejects.toMatchObject(notFound);
    }
    expect(await store.listFor('ann')).toEqual([]);
    await create('ann');
    for (const owner of [undefined, 'ann'])
      await expect(open({ owner, existing: true })).resolves.toMatchObject({ owner: 'ann', role: 'owner' });
  });

  it('does not take a workspace for existing that was deleted, also through another process', async () => {
    await create('ann');
    await open({});
    await store.delete({ owner: 'ann', workspaceId: 'ws' });
    for (const owner of [undefined, 'ann'])
      await expect(open({ owner, existing: true })).rejects.toMatchObject(notFound);
    access.forget({ owner: 'ann', workspaceId: 'ws' });
    for (const owner of [undefined, 'ann'])
      await expect(open({ owner, existing: true })).rejects.toMatchObject(notFound);
  });

  it("lets a member into a shared workspace, and says nothing of the owner's other ones", async () => {
    const shared = { owner: 'bob', workspaceId: 'ws' };
    await create('bob');
    await create('bob', 'other');
    await store.putMember(shared, 'ann', 'editor');
    for (const owner of [undefined, 'bob'])
      await expect(open({ owner, existing: true })).resolves.toEqual({ ...shared, role: 'editor' });
    await expect(open({ owner: 'ann', existing: true })).rejects.toMatchObject(notFound);
    await expect(open({ owner: 'bob', workspaceId: 'other', existing: true })).rejects.toMatchObject(
      notFound,
    );
  });

  it('creates the workspace "default" of every user where it must exist', async () => {
    for (const owner of [undefined, 'ann']) {
      const opened = await open({ owner, workspaceId: 'default', existing: true });
      expect(opened).toMatchObject({ owner: 'ann', role: 'owner' });
    }
    expect(await store.listFor('ann')).toHaveLength(1);
  });

  it.each(['', 'x'.repeat(256), 'a\u0000', '\ud800'])('refuses the owner %j', async (owner) => {
    await expect(open({ owner })).rejects.toMatchObject({ code: 'invalid_id', facts: { field: 'owner' } });
  });
});

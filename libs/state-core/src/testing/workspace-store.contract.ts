import { randomUUID } from 'node:crypto';
import type { MemberRoles, MemberStore, WorkspaceStore } from '../workspaces/ports';

/** What an adapter hands to its contract suite. */
export interface WorkspacesUnderTest {
  readonly store: WorkspaceStore & MemberStore & MemberRoles;
  readonly close?: () => Promise<void>;
}

/** The promises of `WorkspaceStore` and `MemberStore`, the same for every adapter. */
export function describeWorkspaceStore(name: string, open: () => Promise<WorkspacesUnderTest>): void {
  describe(`workspace store: ${name}`, () => {
    let subject: WorkspacesUnderTest;
    let store: WorkspaceStore & MemberStore & MemberRoles;
    let owner: string;
    let friend: string;
    beforeAll(async () => {
      subject = await open();
      store = subject.store;
    });
    afterAll(() => subject?.close?.());
    beforeEach(() => {
      owner = `owner-${randomUUID()}`;
      friend = `friend-${randomUUID()}`;
    });

    const key = (workspaceId = 'ws') => ({ owner, workspaceId });
    const make = (workspaceId = 'ws') =>
      store.create(key(workspaceId), { name: workspaceId, description: null });

    it('makes a workspace once', async () => {
      const made = await store.create(key(), { name: 'Plans', description: 'for spring' });
      expect(made).toMatchObject({ owner, workspaceId: 'ws', name: 'Plans', description: 'for spring' });
      expect(made?.createdAt).toMatch(/^\d{4}-.*\.\d{3}Z$/);
      expect(await make()).toBeUndefined();
      expect((await store.listFor(owner))[0]).toMatchObject({
        name: 'Plans',
        role: 'owner',
        lastOpenedAt: null,
      });
    });

    it('reads the roles of many at once, in the order they were asked for', async () => {
      await make();
      await make('other');
      await store.putMember(key(), friend, 'editor');
      await store.putMember(key('other'), friend, 'viewer');
      const asked = [key('other'), key('none'), key()].map((one) => ({ ...one, userId: friend }));
      expect(await store.rolesOf([...asked, { ...key(), userId: 'stranger' }])).toEqual([
        'viewer',
        undefined,
        'editor',
        undefined,
      ]);
      await store.removeMember(key(), friend);
      await store.delete(key('other'));
      expect(await store.rolesOf(asked)).toEqual([undefined, undefined, undefined]);
      expect(await store.rolesOf([])).toEqual([]);
    });

    it('lets one of many simultaneous makers win', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => make()));
      expect(made.filter((one) => one !== undefined)).toHaveLength(1);
    });

    it('changes the fields that are given', async () => {
      await store.create(key(), { name: 'Plans', description: 'for spring' });
      expect(await store.update(key(), { name: 'Ideas' })).toMatchObject({
        name: 'Ideas',
        description: 'for spring',
      });
      expect(await store.update(key(), { description: null })).toMatchObject({
        name: 'Ideas',
        description: null,
      });
      expect(await store.update(key('none'), { name: 'x' })).toBeUndefined();
    });

    it('knows who owns and who shares a workspace', async () => {
      await make();
      expect(await store.memberships(owner, 'ws')).toEqual({ owns: true, shared: [] });
      expect(await store.memberships(friend, 'ws')).toEqual({ owns: false, shared: [] });

      await store.putMember(key(), friend, 'viewer');
      expect(await store.memberships(friend, 'ws')).toEqual({
        owns: false,
        shared: [{ owner, role: 'viewer' }],
      });
      expect(await store.memberships(friend, 'other')).toEqual({ owns: false, shared: [] });
    });

    it('changes and takes away roles', async () => {
      await make();
      await store.putMember(key(), friend, 'viewer');
      expect(await store.putMember(key(), friend, 'admin')).toMatchObject({ userId: friend, role: 'admin' });
      expect(await store.listMembers(key())).toEqual([
        expect.objectContaining({ userId: friend, role: 'admin' }),
      ]);
      expect(await store.removeMember(key(), friend)).toBe(true);
      expect(await store.removeMember(key(), friend)).toBe(false);
      expect(await store.memberships(friend, 'ws')).toEqual({ owns: false, shared: [] });
    });

    it('gives no role in a workspace that is not there', async () => {
      expect(await store.putMember(key('none'), friend, 'viewer')).toBeUndefined();
      expect(await store.memberships(friend, 'none')).toEqual({ owns: false, shared: [] });
    });

    it('lists what a user owns and shares, last opened first', async () => {
      await make('a');
      await make('b');
      await store.create({ owner: friend, workspaceId: 'c' }, { name: 'c', description: null });
      await store.putMember({ owner: friend, workspaceId: 'c' }, owner, 'editor');
      const openedAt = await store.open(owner, key('b'));

      const list = await store.listFor(owner);
      expect(list.map(({ workspaceId, role }) => [workspaceId, role])).toEqual([
        ['b', 'owner'],
        ['a', 'owner'],
        ['c', 'editor'],
      ]);
      expect(list[0]?.lastOpenedAt).toBe(openedAt);
    });

    it('removes a workspace with its members', async () => {
      await make();
      await store.putMember(key(), friend, 'viewer');
      await store.open(friend, key());
      expect(await store.delete(key())).toBe(true);
      expect(await store.delete(key())).toBe(false);
      expect(await store.listFor(friend)).toEqual([]);

      await make();
      expect(await store.memberships(friend, 'ws')).toEqual({ owns: false, shared: [] });
    });
  });
}

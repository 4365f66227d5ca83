import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkspaceLock } from '../snapshots/ports';
import { aWorkspace } from './snapshot-builders';

/** What a lock adapter hands to its contract suite: twice, as two processes have it. */
export interface LockUnderTest {
  readonly lock: WorkspaceLock;
  readonly elsewhere: WorkspaceLock;
  readonly close?: () => Promise<void>;
}

/** The promises of `WorkspaceLock`, the same for every adapter. */
export function describeWorkspaceLock(name: string, open: () => Promise<LockUnderTest>): void {
  describe(`workspace lock: ${name}`, () => {
    let subject: LockUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    it('gives what the work gave, and the right back', async () => {
      const workspace = aWorkspace();
      expect(await subject.lock.hold(workspace, async ({ aborted }) => ({ aborted }))).toEqual({
        aborted: false,
      });
      expect(await subject.elsewhere.hold(workspace, async () => 2)).toBe(2);
    });

    it('gives the right back when the work fails', async () => {
      const workspace = aWorkspace();
      const failing = subject.lock.hold(workspace, () => Promise.reject(new Error('disk full')));
      await expect(failing).rejects.toThrow('disk full');
      expect(await subject.elsewhere.hold(workspace, async () => 2)).toBe(2);
    });

    it('lets one at a time work on a workspace, among all processes', async () => {
      const workspace = aWorkspace();
      let working = 0;
      const work = async () => {
        expect(++working).toBe(1);
        await sleep(5);
        working--;
      };
      const locks = Array.from({ length: 8 }, (_, n) => (n % 2 ? subject.lock : subject.elsewhere));
      await Promise.all(locks.map((lock) => lock.hold(workspace, work)));
    });

    it('lets different workspaces be worked on at the same time, also with the same id', async () => {
      const [mine, yours] = [aWorkspace(), aWorkspace()];
      const both = subject.lock.hold(mine, () => subject.elsewhere.hold(yours, async () => 'both'));
      expect(await both).toBe('both');
    });
  });
}

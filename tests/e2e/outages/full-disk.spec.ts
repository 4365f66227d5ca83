import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import {
  type ApiClient,
  type ServiceProcess,
  SmallDisk,
  TestStack,
  describeWithNodegit,
  gitIn,
  nodegitFolder,
} from '@nexus-state/test-kit';

const owner = 'owner-of-a-full-disk';
const full = 'The disk of the snapshot repositories is full.';

/** How a worker is left without room, and given some again, while it runs. */
interface Shortage {
  /** The folder of the repositories; the stack's own where nothing is said. */
  readonly root: string | undefined;
  begin(worker: ServiceProcess): void;
  end(worker: ServiceProcess): void;
}

/** Files may not grow beyond some bytes: works wherever there is Linux. */
const shortFiles: Shortage = {
  root: undefined,
  begin: ({ pid }) => limitFiles(pid, '512'),
  end: ({ pid }) => limitFiles(pid, 'unlimited'),
};

function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

function smallDisk(disk: SmallDisk): Shortage {
  return { root: disk.folder, begin: () => disk.fill(), end: () => disk.free() };
}

/** Changes that need room however well they are packed. */
async function change(user: ApiClient, panelId: string, kilobytes = 40): Promise<void> {
  const state = { noise: randomBytes(kilobytes * 512).toString('hex') };
  const operations = [{ op: 'set', panelId, state }];
  expect((await user.post('/api/state/ws/transaction', { operations })).status).toBe(200);
}

async function expectRecovery(engine: string, shortage: Shortage, panels: number): Promise<void> {
  const root = shortage.root === undefined ? {} : { GIT_WORKSPACE_ROOT: shortage.root };
  const stack = await TestStack.create({
    ...{ SNAPSHOT_INTERVAL: 'off', SNAPSHOT_WAIT: '60s', GIT_NODEGIT_FOLDER: nodegitFolder },
    ...root,
  });
  try {
    const [api, worker] = await Promise.all([
      stack.start('state-api'),
      stack.start('snapshot-worker', { GIT_ENGINE: engine }),
    ]);
    const user = stack.client(api, owner);
    const gitDir = path.join(shortage.root ?? stack.gitRoot, owner, 'ws.git');
    await change(user, 'first');
    const before = await user.post('/api/snapshots/ws', {});
    expect(before.status).toBe(201);

    shortage.begin(worker);
    for (let n = 0; n < panels; n++) await change(user, `more-${n}`);
    const failed = await user.post('/api/snapshots/ws', {});
    expect([failed.status, failed.body.error]).toEqual([500, 'snapshot_failed']);
    expect(failed.body.message).toContain(full);
    const job = await user.get(`/api/snapshots/ws/jobs/${failed.body.jobId}`);
    expect(job.body).toMatchObject({ state: 'failed', failedReason: expect.stringContaining(full) });
    expect(worker.output()).toMatch(/"job failed"/);
    expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);

    // What is not about the repositories goes on, and so does reading what they hold.
    await change(user, 'meanwhile');
    expect((await user.get(`/api/snapshots/ws/${before.body.snapshotId}`)).status).toBe(200);
    await gitIn(gitDir, ['fsck', '--strict', '--full', '--no-dangling']);
    expect((await gitIn(gitDir, ['rev-parse', 'main'])).trim()).toBe(before.body.gitCommitHash);

    shortage.end(worker);
    const after = await user.post('/api/snapshots/ws', {});
    expect(after).toMatchObject({ status: 201, body: { panelCount: panels + 2 } });
    await gitIn(gitDir, ['fsck', '--strict', '--full', '--no-dangling']);
    const log = await gitIn(gitDir, ['log', '--format=%H', 'main']);
    expect(log.trim().split('\n')).toEqual([after.body.gitCommitHash, before.body.gitCommitHash]);
    const contents = await user.get(`/api/snapshots/ws/${after.body.snapshotId}`);
    expect(Object.keys(contents.body.panels)).toHaveLength(panels + 2);
  } finally {
    await stack.close();
  }
}

/** Few enough for nodegit to commit itself; it hands many on to git. */
const few = 2;
const many = 24;

const onSmallDisk = async (engine: string, panels: number) => {
  const disk = SmallDisk.mount(8);
  try {
    await expectRecovery(engine, smallDisk(disk), panels);
  } finally {
    disk.remove();
  }
};
const mayMount = SmallDisk.isPossible();
const withDisk = mayMount ? describe : describe.skip;

describe('a snapshot that there is no room for fails, and loses nothing; it is taken when there is room again', () => {
  it('by git, where files may not grow', () => expectRecovery('cli', shortFiles, few));

  withDisk(`on a disk that is full${mayMount ? '' : ' (skipped: this user may mount none)'}`, () => {
    it('by git', () => onSmallDisk('cli', many));

    describeWithNodegit(describe, 'where nodegit works', () => {
      it.each([few, many])('by nodegit, with %i panels', (panels) => onSmallDisk('nodegit', panels));
    });
  });
});

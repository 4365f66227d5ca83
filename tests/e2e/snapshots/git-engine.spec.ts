import path from 'node:path';
import { TestStack, describeWithNodegit, gitIn, nodegitFolder } from '@nexus-state/test-kit';

describe('the git engine of the worker', () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await TestStack.create({
      SNAPSHOT_WAIT: '20s',
      GIT_NODEGIT_FOLDER: nodegitFolder,
      LOG_LEVEL: 'info',
    });
  });
  afterAll(() => stack?.close());

  /** Takes two snapshots with an engine and tells what the worker has printed. */
  const takeWith = async (engine: string): Promise<string> => {
    const owner = `owner-of-${engine}`;
    const [api, worker] = await Promise.all([
      stack.start('state-api'),
      stack.start('snapshot-worker', { GIT_ENGINE: engine }),
    ]);
    const client = stack.client(api, owner);
    expect((await client.post('/api/state/ws/a', { initialState: { n: 1 } })).status).toBe(201);
    const first = await client.post('/api/snapshots/ws', {});
    expect((await client.post('/api/state/ws/b', { initialState: { n: 2 } })).status).toBe(201);
    const second = await client.post('/api/snapshots/ws', {});
    const gitDir = path.join(stack.gitRoot, owner, 'ws.git');
    const log = ['log', '--reverse', '--format=%H', '--name-only', 'main', '--', 'panels'];
    expect(await gitIn(gitDir, log)).toBe(
      `${first.body.gitCommitHash}\n\npanels/a.json\n${second.body.gitCommitHash}\n\npanels/b.json\n`,
    );
    await gitIn(gitDir, ['fsck', '--strict']);
    await Promise.all([api.stop(), worker.stop()]);
    return worker.output();
  };

  it("is git's own commands where they are configured; the log says so", async () => {
    expect(await takeWith('cli')).toMatch(/"engine":"cli","reason":"as configured".*"git engine"/);
  });

  it('refuses to start without nodegit where that is configured', async () => {
    const nowhere = { GIT_ENGINE: 'nodegit', GIT_NODEGIT_FOLDER: path.join(stack.gitRoot, 'nowhere') };
    await expect(stack.start('snapshot-worker', nowhere)).rejects.toThrow('npm run setup:nodegit');
  });

  describeWithNodegit(describe, 'where nodegit works', () => {
    it('is nodegit where nothing else is configured', async () => {
      expect(await takeWith('auto')).toMatch(/"engine":"nodegit".*"git engine"/);
    });
  });
});

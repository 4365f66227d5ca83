import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { manifestPath } from '../../snapshot';
import { type GitFolder, createGitFolder, gitIn } from '../../testing/git-folder';
import { aManifestText, commitDetails, onTopOf } from '../../testing/snapshot-builders';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

const testing = join(__dirname, '../../testing');
const workspace = { owner: 'ann', workspaceId: 'ws' };

/** A process that commits 30 panels again and again, and the hashes it reported. */
function startCommitter(root: string): {
  process: ChildProcess;
  hashes: string[];
  firstCommit: Promise<unknown>;
} {
  const committer = spawn(
    process.execPath,
    ['--require', join(testing, 'typescript-hook.cjs'), join(testing, 'commit-forever.ts'), root, '30'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const hashes: string[] = [];
  const lines = createInterface({ input: committer.stdout });
  lines.on('line', (hash) => hashes.push(hash));
  return { process: committer, hashes, firstCommit: once(lines, 'line') };
}

describe('a process that is killed while it commits', () => {
  let folder: GitFolder;
  beforeAll(async () => {
    folder = await createGitFolder();
  });
  afterAll(() => folder?.remove());

  it('loses nothing that it reported, breaks nothing, and blocks nobody, twenty times', async () => {
    const repository = new GitSnapshotRepository({ root: folder.root });
    const gitDir = repositoryFolder(folder.root, workspace);
    for (let round = 0; round < 20; round++) {
      const committer = startCommitter(folder.root);
      await committer.firstCommit;
      await sleep(Math.random() * 60);
      committer.process.kill('SIGKILL');
      await once(committer.process, 'close');

      // At once, while a git process of the dead one may still be at work: the next one is told, or comes through.
      const commit = async () =>
        repository.commit(workspace, onTopOf(await repository.readTip(workspace)), async (write) => {
          await write('panels/after.json', `${round}`);
          await write(manifestPath, aManifestText());
          return commitDetails();
        });
      let outcome = await commit();
      if (outcome.outcome === 'stale') outcome = await commit();
      expect(outcome.outcome).toBe('committed');

      await folder.check();
      const reported = committer.hashes.at(-1) as string;
      await gitIn(gitDir, ['merge-base', '--is-ancestor', reported, 'main']);
    }
  }, 120_000);
});

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { manifestPath } from '@nexus-state/state-core';
import { eventually, makeCommit } from '@nexus-state/state-core/testing';
import { aManifestText, commitDetails, onTopOf } from '@nexus-state/state-core/testing/snapshot-builders';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

const testing = join(__dirname, 'testing');
const workspace = { owner: 'ann', workspaceId: 'ws' };
const rounds = 50;

interface Committer {
  readonly process: ChildProcess;
  /** What it has reported, oldest first. */
  readonly hashes: string[];
  readonly firstCommit: Promise<unknown>;
}

/** A process that commits 30 panels again and again, and repacks meanwhile. */
function startCommitter(root: string): Committer {
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

/**
 * Kills a process, and the gits that it has started where they are to die with it, as in a container that is killed.
 * @returns the gits that live on
 */
async function kill({ process: committer }: Committer, withChildren: boolean): Promise<readonly number[]> {
  // Stopped first, so that it starts no more of them.
  committer.kill('SIGSTOP');
  const children = childrenOf(committer.pid as number);
  committer.kill('SIGKILL');
  if (withChildren) for (const child of children) killGroup(child);
  await once(committer, 'close');
  return withChildren ? [] : children;
}

/** The processes that run on this machine; not those that have ended and were not asked about yet. */
function running(): { pid: number; parent: number }[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=']).toString().trim().split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/)).filter(([, , state]) => !state?.startsWith('Z'));
  return rows.map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

function childrenOf(process: number): number[] {
  return running()
    .filter(({ parent }) => parent === process)
    .map(({ pid }) => pid);
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

describe('a process that is killed while it commits and repacks', () => {
  let folder: GitFolder;
  beforeAll(async () => {
    folder = await createGitFolder();
  });
  afterAll(() => folder?.remove());

  it(`loses no reported commit, breaks nothing, and blocks no other committer, ${rounds} times`, async () => {
    const repository = new GitSnapshotRepository({ root: folder.root });
    const gitDir = repositoryFolder(folder.root, workspace);
    const acknowledged: string[] = [];
    for (let round = 0; round < rounds; round++) {
      const committer = startCommitter(folder.root);
      await committer.firstCommit;
      await sleep(Math.random() * 60);
      const livingOn = await kill(committer, round % 2 === 0);
      acknowledged.push(...committer.hashes);
      if (livingOn.length === 0) await expectWhole(gitDir, acknowledged);

      // At once: a git of the dead one may still be at work, and then the next one is refused, or succeeds.
      const commit = async () =>
        makeCommit(repository, workspace, onTopOf(await repository.readTip(workspace)), async (write) => {
          await write('panels/after.json', `${round}\n`);
          await write(manifestPath, aManifestText());
          return commitDetails();
        });
      let outcome = await commit();
      if (outcome.outcome === 'stale') outcome = await commit();
      if (outcome.outcome !== 'committed') throw new Error(`Round ${round}: ${outcome.outcome}.`);
      acknowledged.push(outcome.commitHash);
      const areGone = () => !running().some(({ pid }) => livingOn.includes(pid));
      await eventually(areGone, 'the gits of the dead one to end');
      await expectWhole(gitDir, acknowledged);
    }
    await expectReadable(gitDir, join(folder.root, 'clones', 'one'), acknowledged);
  }, 300_000);

  async function expectWhole(gitDir: string, acknowledged: readonly string[]): Promise<void> {
    await folder.check();
    const branch = (await gitIn(gitDir, ['rev-parse', '--verify', 'main^{commit}'])).trim();
    await gitIn(gitDir, ['merge-base', '--is-ancestor', acknowledged.at(-1) as string, branch]);
  }

  /** Looks at the repository as people do: clones it, and asks the clone. */
  async function expectReadable(
    gitDir: string,
    clone: string,
    acknowledged: readonly string[],
  ): Promise<void> {
    await gitIn(gitDir, ['clone', '--quiet', gitDir, clone]);
    const inClone = (...command: string[]) =>
      gitIn(join(clone, '.git'), [`--work-tree=${clone}`, ...command]);
    const log = (await inClone('log', '--reverse', '--format=%H')).trim().split('\n');
    const reported = new Set(acknowledged);
    expect(log.filter((hash) => reported.has(hash))).toEqual(acknowledged);
    expect(await inClone('status', '--porcelain')).toBe('');
    expect(await inClone('diff', 'HEAD~1', 'HEAD', '--', 'panels/after.json')).toContain(`+${rounds - 1}\n`);
    expect(await readFile(join(clone, 'panels/after.json'), 'utf8')).toBe(`${rounds - 1}\n`);
  }
});

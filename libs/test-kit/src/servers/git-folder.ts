import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A folder for the repositories of one test file. */
export interface GitFolder {
  readonly root: string;
  /** Throws unless `git fsck --strict` is content with every repository, its branch and its objects. */
  check(): Promise<void>;
  remove(): Promise<void>;
}

/** Creates a folder for repositories. */
export async function createGitFolder(): Promise<GitFolder> {
  const root = await mkdtemp(join(tmpdir(), 'snapshots-'));
  const repositories = async () => {
    const entries = await readdir(root, { withFileTypes: true });
    const owners = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const inside = await Promise.all(
      owners.map(async (owner) => (await readdir(join(root, owner))).map((name) => join(root, owner, name))),
    );
    return inside.flat().filter((path) => path.endsWith('.git'));
  };
  return {
    root,
    check: async () => {
      for (const gitDir of await repositories())
        await gitIn(gitDir, ['fsck', '--strict', '--full', '--no-dangling']);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/**
 * Runs git on a repository, as a stranger to our code would.
 * @returns what it wrote to standard output
 */
export async function gitIn(gitDir: string, command: readonly string[]): Promise<string> {
  const options = { maxBuffer: 64 * 1024 * 1024 };
  return (await promisify(execFile)('git', [`--git-dir=${gitDir}`, ...command], options)).stdout;
}

/** Creates an empty repository for others to push to. */
export async function createBareRepository(gitDir: string): Promise<void> {
  await gitIn(gitDir, ['init', '--bare', '--quiet', '--initial-branch=main']);
  await gitIn(gitDir, ['config', 'http.receivepack', 'true']);
}

/** Creates a remote in a folder: an empty repository that others push to, which can be taken away and brought back. */
export async function createRemote(root: string) {
  const gitDir = join(root, `${randomUUID()}.git`);
  await createBareRepository(gitDir);
  return {
    url: `file://${gitDir}`,
    tip: () => branchTip(gitDir),
    setAway: (away: boolean): Promise<void> =>
      away ? rename(gitDir, `${gitDir}-away`) : rename(`${gitDir}-away`, gitDir),
  };
}

/** The newest commit of a repository's branch `main`, or undefined where it has none. */
export async function branchTip(gitDir: string): Promise<string | undefined> {
  return (
    (await gitIn(gitDir, ['for-each-ref', '--format=%(objectname)', 'refs/heads/main'])).trim() || undefined
  );
}

/** How many objects of each type a repository holds, reachable or not. */
export async function objectsIn(gitDir: string): Promise<Record<string, number>> {
  const all = ['cat-file', '--batch-all-objects', '--batch-check=%(objecttype)'];
  const counts: Record<string, number> = {};
  for (const type of (await gitIn(gitDir, all)).trim().split('\n')) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

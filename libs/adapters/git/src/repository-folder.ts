import { createHash, randomUUID } from 'node:crypto';
import { access, appendFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type WorkspaceKey, safeFileName, snapshotBranch } from '@nexus-state/state-core';
import { type GitOptions, runGit } from './git-process';

/** Where a workspace's repository is: `<root>/<owner>/<workspaceId>.git`, both names made safe. */
export function repositoryFolder(root: string, { owner, workspaceId }: WorkspaceKey): string {
  const parent = safeFileName(owner, { extension: '', foldsCase: true });
  return join(root, parent, safeFileName(workspaceId, { extension: '.git', foldsCase: true }));
}

/** Whether a repository is there. One that is there is whole: see `createRepository`. */
export async function repositoryExists(gitDir: string): Promise<boolean> {
  return access(join(gitDir, 'HEAD')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/**
 * Creates an empty bare repository unless it is there: made aside, then renamed, so that no reader ever meets half of
 * one. The caller is the workspace's only writer; what an interrupted creation left is cleared away.
 */
export async function createRepository(gitDir: string, options: Omit<GitOptions, 'gitDir'>): Promise<void> {
  if (await repositoryExists(gitDir)) return;
  const parent = dirname(gitDir);
  await mkdir(parent, { recursive: true });
  const prefix = `.new-${createHash('sha256').update(basename(gitDir)).digest('hex').slice(0, 32)}-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(join(parent, name), { recursive: true, force: true });
  }
  const aside = join(parent, `${prefix}${randomUUID()}`);
  const init = ['init', '--bare', '--quiet', '--template=', `--initial-branch=${snapshotBranch}`];
  await runGit(init, { ...options, gitDir: aside });
  // Packing is the worker's business: a visitor's git must not start it.
  await appendFile(join(aside, 'config'), '[gc]\n\tauto = 0\n');
  for (const name of ['HEAD', 'config', 'refs/heads', 'refs', 'objects', '.'])
    await makeDurable(join(aside, name));
  await rename(aside, gitDir);
  await makeDurable(parent);
  await makeDurable(dirname(parent));
}

/** Brings a file, or what a folder says about its files, to the disk: git does the files, and leaves out folders. */
export async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

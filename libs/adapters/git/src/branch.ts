import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitOptions, branchRef, runGit } from './git-process';

/**
 * The newest commit of the branch, read from its file: that takes no process (gitrepository-layout(5)).
 * @returns undefined where there is none, or where it is packed away
 */
export async function looseBranch(gitDir: string): Promise<string | undefined> {
  const text = await readFile(join(gitDir, branchRef), 'utf8').catch(() => '');
  return /^[0-9a-f]{40}(?=\n$)/.exec(text)?.[0];
}

/**
 * The newest commit of the branch.
 * @returns undefined where there is none
 * @throws GitFailed when there is no repository, or one that git cannot read
 */
export async function readBranch(options: GitOptions): Promise<string | undefined> {
  const loose = await looseBranch(options.gitDir);
  if (loose) return loose;
  return (await runGit(['for-each-ref', '--format=%(objectname)', branchRef], options)).trim() || undefined;
}

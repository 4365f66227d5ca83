import { PushRefused, Unavailable } from '@nexus-state/state-core';
import { readBranch } from './branch';
import { GitFailed, type GitOptions, GitProcess, branchRef } from './git-process';
import { remoteAccess } from './remote';

/**
 * Brings the newest commit of `main` to the same branch of a remote, forward only.
 * @returns its hash, or undefined where there is none
 * @throws Unavailable when the remote cannot be reached or refuses the credentials
 * @throws PushRefused when it answers, and does not take the commit
 */
export async function pushBranch(remoteUrl: string, options: GitOptions): Promise<string | undefined> {
  const commitHash = await readBranch(options);
  if (!commitHash) return undefined;
  const { url, env } = remoteAccess(remoteUrl);
  // Progress is asked for to distinguish a long push from one that has stopped.
  const command = ['push', '--porcelain', '--progress', '--', url, `${commitHash}:${branchRef}`];
  const git = new GitProcess(command, { ...options, env });
  git.endInput();
  let report = '';
  for await (const chunk of git.output()) report += chunk.toString();
  try {
    await git.ended;
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    // A line "!<tab>from:to<tab>reason": the remote has answered (git-push(1), OUTPUT).
    const [, reason] = /^!\t[^\t]*\t(.*)$/m.exec(report) ?? [];
    if (reason) throw new PushRefused(reason, { cause: error });
    throw new Unavailable('The remote repository', { cause: error });
  }
  return commitHash;
}

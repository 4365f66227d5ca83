import { statfs } from 'node:fs/promises';
import { GitFailed } from '@nexus-state/git';
import type { Nodegit, NodegitError, NodegitRepository } from './nodegit';

/**
 * Works on a repository and closes it.
 * @throws GitFailed for all that libgit2 refuses
 */
export async function withRepository<T>(
  { Repository }: Nodegit,
  gitDir: string,
  work: (repository: NodegitRepository) => Promise<T>,
): Promise<T> {
  let repository: NodegitRepository | undefined;
  try {
    repository = await Repository.openBare(gitDir);
    return await work(repository);
  } catch (error) {
    if (!isNodegitError(error)) throw error;
    const reason = (await isFull(gitDir)) ? 'No space left on device' : `code ${error.errno}`;
    throw new GitFailed([`(nodegit ${error.errorFunction})`], reason, error.message, { cause: error });
  } finally {
    repository?.cleanup();
  }
}

/** More than what is committed without a process may take. */
const minRoomBytes = 2 * 1024 * 1024;

/** Whether there is no room for a commit. libgit2 knows why it could not write, but nodegit does not hand that on. */
async function isFull(gitDir: string): Promise<boolean> {
  const disk = await statfs(gitDir).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < minRoomBytes;
}

/** Whether an error comes from libgit2. Not by its class: the errors of a native module may have another one. */
export function isNodegitError(error: unknown): error is NodegitError {
  return typeof (error as Partial<NodegitError> | undefined)?.errorFunction === 'string';
}

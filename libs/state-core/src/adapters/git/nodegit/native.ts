import { GitFailed } from '../git-process';
import type { Nodegit, NodegitError, NodegitRepository } from './nodegit';

/**
 * Works on a repository and closes it.
 * @throws GitFailed for whatever libgit2 refuses
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
    throw new GitFailed([`(nodegit ${error.errorFunction})`], `code ${error.errno}`, error.message, {
      cause: error,
    });
  } finally {
    repository?.cleanup();
  }
}

/** Whether libgit2 has said so, and nobody else. Not asked for its class: the errors of a native module may have another one. */
export function isNodegitError(error: unknown): error is NodegitError {
  return typeof (error as Partial<NodegitError> | undefined)?.errorFunction === 'string';
}

import { RepositoryFull, Unavailable } from '@nexus-state/state-core';
import { GitFailed } from './git-process';

/** No space left, a quota used up, a file larger than it may be. */
const fullCodes = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** The same, as git and libgit2 say it, and the signal of who writes a file that is larger than it may be. */
const fullTexts = /No space left on device|Out of diskspace|Disk quota exceeded|File too large|SIGXFSZ/;

/**
 * Translates the failures of git and of the file system; other errors pass unchanged.
 * @throws RepositoryFull where there is no room left, Unavailable for other failures
 */
export async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
    const isSystemError = typeof syscall === 'string';
    if (!(error instanceof GitFailed) && !isSystemError) throw error;
    const isFull = isSystemError
      ? fullCodes.includes(String(code))
      : fullTexts.test((error as GitFailed).message);
    throw isFull
      ? new RepositoryFull({ cause: error })
      : new Unavailable('The snapshot repository', { cause: error });
  }
}

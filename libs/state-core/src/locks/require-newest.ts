import { LockLost } from '../errors';
import type { FencedLock } from './model';
import type { FencingTokens } from './ports';

/**
 * Refuses what is done under a lost lock before anything of it is looked at. The store checks again as it commits.
 * @throws LockLost, Unavailable
 */
export async function requireNewest(
  lock: FencedLock | undefined,
  fencing: Pick<FencingTokens, 'newest'>,
): Promise<void> {
  if (lock && (await fencing.newest(lock)) !== lock.fencingToken)
    throw new LockLost(lock.name, lock.fencingToken);
}

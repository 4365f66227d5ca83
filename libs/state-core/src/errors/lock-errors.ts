import { CoreError } from './core-error';

/** A lock that another holder has, or for which others wait. */
export class Locked extends CoreError {
  readonly code = 'locked';
  /**
   * @param name the lock
   * @param expiresAt when it ends unless its holder renews it (RFC 3339); undefined where that is not known
   */
  constructor(name: string, expiresAt?: string) {
    super(`Lock "${name}" is held. Wait for it with "waitMs", or try again later.`, {
      name,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  }
}

/** A lock that its former holder has no longer: renewed or released too late, or a write that names an old number. */
export class LockLost extends CoreError {
  readonly code = 'lock_lost';
  /**
   * @param name the lock
   * @param fencingToken the number that a write named
   */
  constructor(name: string, fencingToken?: number) {
    super(
      fencingToken === undefined
        ? `Lock "${name}" is not held with this token any more. Take it again.`
        : `${fencingToken} is not the newest fencing token of lock "${name}". Nothing was changed; take the lock again.`,
      { name, ...(fencingToken === undefined ? {} : { fencingToken }) },
    );
  }
}

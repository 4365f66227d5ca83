import { LockLost, Unavailable } from '../errors';
import { type AcquireLock, type LockPorts, acquireLock } from './acquire-lock';
import type { HeldLock } from './model';
import type { LockClaim } from './ports';

/** The use cases of locks, put together: what a door calls. */
export class Locks {
  readonly #closing = new AbortController();

  constructor(private readonly ports: LockPorts) {}

  /**
   * See `acquireLock`.
   * @throws Locked, Unavailable
   */
  async acquire(command: AcquireLock): Promise<HeldLock> {
    const signal = AbortSignal.any([command.signal, this.#closing.signal]);
    try {
      return await acquireLock({ ...command, signal }, this.ports);
    } catch (error) {
      if (this.#closing.signal.aborted) throw new Unavailable('The lock', { cause: error });
      throw error;
    }
  }

  /**
   * Holds a lock for longer: `ttlMs` from now.
   * @throws LockLost when the token does not hold it; Unavailable
   */
  async renew(claim: LockClaim): Promise<HeldLock> {
    const { lock, token } = claim;
    const expiresAt = await this.ports.store.renew(claim);
    if (expiresAt === undefined) throw new LockLost(lock.name);
    return { name: lock.name, token, fencingToken: await this.ports.fencing.newest(lock), expiresAt };
  }

  /**
   * Gives a lock back, to the one who has waited for longest.
   * @throws LockLost when the token does not hold it; Unavailable
   */
  async release({ lock, token }: Pick<LockClaim, 'lock' | 'token'>): Promise<void> {
    if (!(await this.ports.store.release(lock, token))) throw new LockLost(lock.name);
  }

  /** Ends all waits: to be called before the adapters are closed. */
  close(): void {
    this.#closing.abort();
  }
}

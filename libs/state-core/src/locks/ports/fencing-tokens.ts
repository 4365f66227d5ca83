import type { LockKey } from '../model';

/**
 * The numbers that locks are given out under. Durable, and kept where writes are: the store of panels checks a write against
 * them in the same transaction. Every method throws `Unavailable` when the store cannot be reached.
 */
export interface FencingTokens {
  /** The newest number that was given out for a lock; 0 where none was. */
  newest(lock: LockKey): Promise<number>;

  /**
   * Gives out the number after the newest one. Writes under an older number that were checked already are durable before this
   * answers; others are refused from then on.
   * @param newest what `newest` said
   * @returns the number; undefined where another one was given out meanwhile
   */
  advance(lock: LockKey, newest: number): Promise<number | undefined>;
}

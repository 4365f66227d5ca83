import { type FencedLock, type LockKey, lockKeyText } from '../locks/model';
import type { FencingTokens } from '../locks/ports';

/** The numbers of locks in memory: for tests. */
export class MemoryFencingTokens implements FencingTokens {
  readonly #newest = new Map<string, number>();

  async newest(lock: LockKey): Promise<number> {
    return this.#newest.get(lockKeyText(lock)) ?? 0;
  }

  async advance(lock: LockKey, newest: number): Promise<number | undefined> {
    if ((this.#newest.get(lockKeyText(lock)) ?? 0) !== newest) return undefined;
    this.#newest.set(lockKeyText(lock), newest + 1);
    return newest + 1;
  }

  /** Whether a write may be made under a lock. */
  allows(lock: FencedLock | undefined): boolean {
    return lock === undefined || this.#newest.get(lockKeyText(lock)) === lock.fencingToken;
  }
}

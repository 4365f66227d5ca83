import { type LockKey, lockKeyText, lockWaiterLeaseMs, maxLockWaiters } from '../locks/model';
import type { LockClaim, LockStore, Taken } from '../locks/ports';

interface Waiter {
  readonly token: string;
  /** When it loses its place, unless it looks again. */
  readonly until: number;
}

interface Lock {
  holder: { readonly token: string; readonly until: number } | undefined;
  /** In the order in which they came. */
  waiting: Waiter[];
  readonly calls: Map<string, () => void>;
}

/** Locks in this process: for tests, and as the plainest statement of what a lock store does. */
export class MemoryLockStore implements LockStore {
  readonly #locks = new Map<string, Lock>();

  /** @param now the clock, in milliseconds */
  constructor(private readonly now: () => number = () => Date.now()) {}

  async take({ lock: key, token, ttlMs }: LockClaim, waits: boolean): Promise<Taken> {
    const lock = this.#lock(key);
    if (
      lock.holder?.token === token ||
      (!lock.holder && [undefined, token].includes(lock.waiting[0]?.token))
    ) {
      leave(lock, token);
      lock.holder = { token, until: this.now() + ttlMs };
      callNext(lock);
      return { outcome: 'held', expiresAt: this.#expiry(lock.holder.until) };
    }
    const place = lock.waiting.findIndex((waiter) => waiter.token === token);
    if (!waits || (place < 0 && lock.waiting.length >= maxLockWaiters)) {
      leave(lock, token);
      return { outcome: 'refused', expiresAt: lock.holder && this.#expiry(lock.holder.until) };
    }
    const waiter = { token, until: this.now() + lockWaiterLeaseMs };
    if (place < 0) lock.waiting.push(waiter);
    else lock.waiting[place] = waiter;
    const isFirst = lock.waiting[0]?.token === token;
    const left = isFirst && lock.holder ? lock.holder.until - this.now() : Infinity;
    return { outcome: 'waiting', lookAgainMs: Math.min(lockWaiterLeaseMs / 3, left) };
  }

  async renew({ lock: key, token, ttlMs }: LockClaim): Promise<string | undefined> {
    const lock = this.#lock(key);
    if (lock.holder?.token !== token) return undefined;
    lock.holder = { token, until: this.now() + ttlMs };
    return this.#expiry(lock.holder.until);
  }

  async release(key: LockKey, token: string): Promise<boolean> {
    const lock = this.#lock(key);
    const held = lock.holder?.token === token;
    if (held) lock.holder = undefined;
    leave(lock, token);
    if (!lock.holder) callNext(lock);
    return held;
  }

  async onCall(key: LockKey, token: string, call: () => void): Promise<() => Promise<void>> {
    const { calls } = this.#lock(key);
    calls.set(token, call);
    return async () => void calls.delete(token);
  }

  /** How many wait for a lock. */
  waiters(key: LockKey): number {
    return this.#lock(key).waiting.length;
  }

  /** Loses everything, as a server does that is started again without its data. */
  forget(): void {
    for (const lock of this.#locks.values()) {
      lock.holder = undefined;
      lock.waiting = [];
      for (const call of lock.calls.values()) call();
    }
  }

  /** A lock as it is now, without those whose time has passed. */
  #lock(key: LockKey): Lock {
    const text = lockKeyText(key);
    const lock = this.#locks.get(text) ?? { holder: undefined, waiting: [], calls: new Map() };
    this.#locks.set(text, lock);
    if (lock.holder && lock.holder.until <= this.now()) lock.holder = undefined;
    lock.waiting = lock.waiting.filter(({ until }) => until > this.now());
    return lock;
  }

  #expiry(until: number): string {
    return new Date(until).toISOString();
  }
}

function leave(lock: Lock, token: string): void {
  lock.waiting = lock.waiting.filter((waiter) => waiter.token !== token);
}

function callNext({ waiting, calls }: Lock): void {
  calls.get(waiting[0]?.token ?? '')?.();
}

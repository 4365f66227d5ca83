import { checkId } from '../../panels/model/panel-key';

/** Which lock: each owner has locks of their own. */
export interface LockKey {
  /** A token's `sub`. */
  readonly owner: string;
  /** 1–255 of `A-Z a-z 0-9 . _ ~ : -`. */
  readonly name: string;
}

/** A lock that a write is made under, and the number that its holder was given. */
export interface FencedLock extends LockKey {
  readonly fencingToken: number;
}

/** A lock that is held. */
export interface HeldLock {
  readonly name: string;
  /** Renews and releases it: a secret of its holder. */
  readonly token: string;
  /** Grows with each time that the lock is taken. */
  readonly fencingToken: number;
  /** When it ends unless it is renewed: RFC 3339, by the clock of the lock store. */
  readonly expiresAt: string;
}

/** The shortest and the longest time that a lock is held without being renewed, in milliseconds. */
export const lockTtl = { minMs: 100, maxMs: 600_000 } as const;

/** How long a request may wait for a lock, in milliseconds. */
export const maxLockWaitMs = 60_000;

/** How many may wait for one lock; another one is refused. */
export const maxLockWaiters = 1_000;

/** A waiter that is silent for so long, because its process has died, loses its place. In milliseconds. */
export const lockWaiterLeaseMs = 5_000;

/**
 * @returns the key of a lock
 * @throws InvalidId when the name breaks the rule
 */
export function lockKey(owner: string, name: string): LockKey {
  checkId('name', name);
  return { owner, name };
}

/** One text for a lock, different for different locks: for maps. */
export function lockKeyText({ owner, name }: LockKey): string {
  // Names never hold a slash.
  return `${owner}/${name}`;
}

/** Whether two writes are made under the same lock and number, or both under none. */
export function isSameLock(one: FencedLock | undefined, other: FencedLock | undefined): boolean {
  if (!one || !other) return one === other;
  return one.fencingToken === other.fencingToken && lockKeyText(one) === lockKeyText(other);
}

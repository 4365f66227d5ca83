import type { LockKey } from '../model';

/** A client that wants a lock. */
export interface LockClaim {
  readonly lock: LockKey;
  /** Names the claim; no two claims have the same one. */
  readonly token: string;
  /** How long the lock is held from now on. */
  readonly ttlMs: number;
}

/** What came of a claim. */
export type Taken =
  /** It holds the lock until then (RFC 3339). */
  | { readonly outcome: 'held'; readonly expiresAt: string }
  /** It waits in the queue, and is to look again after so many milliseconds, or when it is called. */
  | { readonly outcome: 'waiting'; readonly lookAgainMs: number }
  /** It neither holds the lock nor waits for it. `expiresAt`: when the lock ends, where it is held. */
  | { readonly outcome: 'refused'; readonly expiresAt: string | undefined };

/**
 * Who holds which lock, and who waits for it, in the order in which they came. Times are those of the store's clock. It may
 * forget everything: then no lock is held, and `FencingTokens` keep the former holders from writing.
 * Every method throws `Unavailable` when the store cannot be reached.
 */
export interface LockStore {
  /**
   * Takes a lock that is free where no other client has waited for longer; a claim that holds it already keeps it for another `ttlMs`.
   * @param waits whether the claim joins the queue, or keeps its place there, where it cannot have the lock now; a place is lost
   *   `lockWaiterLeaseMs` after the last look. Where it does not wait, it leaves the queue.
   */
  take(claim: LockClaim, waits: boolean): Promise<Taken>;

  /** Holds a lock for another `ttlMs` from now; undefined where the claim does not hold it. @returns when it ends (RFC 3339) */
  renew(claim: LockClaim): Promise<string | undefined>;

  /** Gives a lock back, or leaves its queue. @returns whether the claim held it */
  release(lock: LockKey, token: string): Promise<boolean>;

  /**
   * Calls a claim that waits when it may be its turn: once the claims before it have left, and when calls may have been lost.
   * @returns ends the calls
   */
  onCall(lock: LockKey, token: string, call: () => void): Promise<() => Promise<void>>;
}

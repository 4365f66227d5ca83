import { randomUUID } from 'node:crypto';
import { Locked } from '../errors';
import type { HeldLock, LockKey } from './model';
import type { FencingTokens, LockClaim, LockStore } from './ports';
import { WakeUp } from './wake-up';

/** A lock that a caller wants. */
export interface AcquireLock {
  readonly lock: LockKey;
  /** How long it is held unless it is renewed, in milliseconds. */
  readonly ttlMs: number;
  /** How long to wait for it, in milliseconds; 0 not to wait. */
  readonly waitMs: number;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

/** What locks need. */
export interface LockPorts {
  readonly store: LockStore;
  readonly fencing: FencingTokens;
}

/**
 * Takes a lock, or waits for it behind those who came before. Its number is given out while it is held, so that the newest
 * number is always that of the newest holder.
 * @throws Locked when others have it, or came before, until the wait is over; or when the signal is aborted
 * @throws Unavailable
 */
export async function acquireLock(command: AcquireLock, ports: LockPorts): Promise<HeldLock> {
  const { lock, ttlMs, waitMs, signal } = command;
  const claim: LockClaim = { lock, token: randomUUID(), ttlMs };
  const end = performance.now() + waitMs;
  try {
    for (;;) {
      await takeInOrder(claim, end, signal, ports);
      const held = await numbered(claim, ports);
      if (signal.aborted) throw new Locked(lock.name);
      // A process that was stopped for longer than it may hold the lock begins anew.
      if (held) return held;
    }
  } catch (error) {
    // Where this fails, the lock ends by itself.
    await ports.store.release(lock, claim.token).catch(() => undefined);
    throw error;
  }
}

/** Waits until a claim holds its lock. @throws Locked once the wait is over */
async function takeInOrder(
  claim: LockClaim,
  end: number,
  signal: AbortSignal,
  { store }: LockPorts,
): Promise<void> {
  const wakeUp = new WakeUp();
  let leave: (() => Promise<void>) | undefined;
  try {
    for (;;) {
      const left = end - performance.now();
      const taken = await store.take(claim, left > 0 && !signal.aborted);
      if (taken.outcome === 'held') return;
      if (taken.outcome === 'refused') throw new Locked(claim.lock.name, taken.expiresAt);
      // The call may have come before the listener was there.
      if (leave) await wakeUp.next(Math.min(taken.lookAgainMs, Math.max(left, 1)), signal);
      else leave = await store.onCall(claim.lock, claim.token, () => wakeUp.call());
    }
  } finally {
    await leave?.();
  }
}

/**
 * Gives a claim that holds its lock the next number. Where another claim gets a number between the look at the newest one and
 * this, the lock may have changed hands: then the claim has to hold it still, and look again.
 * @returns undefined where the claim does not hold the lock any more
 */
async function numbered(claim: LockClaim, { store, fencing }: LockPorts): Promise<HeldLock | undefined> {
  const { lock, token } = claim;
  for (;;) {
    const newest = await fencing.newest(lock);
    const expiresAt = await store.renew(claim);
    if (expiresAt === undefined) return undefined;
    const fencingToken = await fencing.advance(lock, newest);
    if (fencingToken !== undefined) return { name: lock.name, token, fencingToken, expiresAt };
  }
}

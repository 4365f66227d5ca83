import { LockLostError, StoreUnavailableError } from '../model';
import { anySignal } from './any-signal';
import type { HttpClient } from './http-client';

export interface LockOptions {
  /** How long the lock is held without being renewed, in milliseconds, 100 to 600,000; 30,000 where not given. */
  readonly ttlMs?: number;
  /** How long to wait for it, in milliseconds, at most 60,000; 0 where not given. Those who came first get it first. */
  readonly waitMs?: number;
  /** Ends the wait, and the work. */
  readonly signal?: AbortSignal;
}

/** A lock as its holder has it. */
export interface HeldLock {
  readonly name: string;
  /** Grows each time that the lock is taken; a write that names it is refused once a newer one was given out. */
  readonly fencingToken: number;
  /** Is aborted when the lock is lost, with a `LockLostError`. */
  readonly signal: AbortSignal;
}

interface WireLock {
  readonly token: string;
  readonly fencingToken: number;
}

/** The parts of its time to live after which a lock is renewed. */
const renewals = 3;

/**
 * Does some work while a lock is held: takes the lock, renews it, and gives it back.
 * @throws LockedError where others have it; LockLostError where it was lost before the work was done; what the work throws
 */
export async function withLock<T>(
  client: HttpClient,
  name: string,
  work: (lock: HeldLock) => Promise<T>,
  { ttlMs = 30_000, waitMs = 0, signal }: LockOptions,
): Promise<T> {
  const path = `/api/locks/${encodeURIComponent(name)}`;
  const send = <Answer>(
    method: 'POST' | 'PUT' | 'DELETE',
    body: object,
    more: object = {},
  ): Promise<Answer> => client.call<Answer>({ method, path, key: name, body: JSON.stringify(body), ...more });

  signal?.throwIfAborted();
  let heldUntil = performance.now() + waitMs + ttlMs;
  const { token, fencingToken } = await send<WireLock>(
    'POST',
    { ttlMs, waitMs },
    { waitMs, ...(signal && { signal }) },
  );
  // It was given out at some time since then; what the service counts began later than this.
  heldUntil = Math.min(heldUntil, performance.now() + ttlMs);
  const lost = new AbortController();
  let renewing: Promise<void> = Promise.resolve();
  let timer = setTimeout(renew, ttlMs / renewals);
  // Whether the service answers or not: from then on somebody else may have it.
  let ending = setTimeout(lose, heldUntil - performance.now());

  try {
    const ended = anySignal(lost.signal, signal);
    const result = await work({ name, fencingToken, signal: ended });
    lost.signal.throwIfAborted();
    return result;
  } finally {
    clearTimeout(timer);
    clearTimeout(ending);
    await renewing;
    clearTimeout(timer);
    clearTimeout(ending);
    // A lock that cannot be given back ends by itself.
    if (!lost.signal.aborted) await send('DELETE', { token }).catch(() => undefined);
  }

  function renew(): void {
    const asked = performance.now();
    renewing = send('PUT', { token, ttlMs }).then(
      () => {
        clearTimeout(ending);
        ending = setTimeout(lose, asked + ttlMs - performance.now());
        timer = setTimeout(renew, ttlMs / renewals);
      },
      (error: unknown) => {
        // While no answer comes it is tried again, as long as the lock is surely held.
        if (error instanceof StoreUnavailableError) timer = setTimeout(renew, ttlMs / renewals / 10);
        else lose();
      },
    );
  }

  function lose(): void {
    clearTimeout(timer);
    lost.abort(new LockLostError(name, fencingToken));
  }
}

import { anySignal } from '../http/any-signal';
import { pause } from '../http/pause';
import type { NexusError } from '../http/problem';
import { LockLostError, LockedError } from '../http/telling-errors';
import { type Transport, isPassing, waitMs as pauseMs } from '../http/transport';
import type { Abortable } from '../rest/workspace-routes';

/** A lock that is held. */
export interface Lock {
  readonly name: string;
  /** Renews the lock and gives it back: a secret of its holder. */
  readonly token: string;
  /** Grows each time that the lock is taken: a write that names it is refused once a newer one was given out. */
  readonly fencingToken: number;
  /** When the lock ends unless it is renewed. */
  readonly expiresAt: string;
}

/** How long a lock is held, and waited for. */
export interface LockOptions extends Abortable {
  /** How long it is held unless it is renewed, in milliseconds; 30,000 where not given. */
  readonly ttlMs?: number;
  /** How long to wait for it, in milliseconds; 10,000 where not given. */
  readonly waitMs?: number;
}

/** What runs under a lock is given. */
export interface LockContext {
  /** Aborted when the lock is lost, or the signal of the caller is. */
  readonly signal: AbortSignal;
  readonly fencingToken: number;
}

/** One request waits at most so long: its answer has to come before the time limit of requests. */
const longestWaitMs = 10_000;

/** Whoever has run under a lock waits at most so long for it to be given back. */
const longestReleaseMs = 5_000;

/** The locks of the user. */
export class Locks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Runs a function while the lock is held, renews the lock meanwhile, and gives it back.
   * @param run gets a signal that is aborted when the lock is lost, and the number that its writes are to name
   * @returns what the function returns
   * @throws LockedError when others hold it for longer than `waitMs`; what the function throws
   */
  async withLock<R>(
    name: string,
    run: (context: LockContext) => R | Promise<R>,
    { ttlMs = 30_000, waitMs = 10_000, signal }: LockOptions = {},
  ): Promise<R> {
    const lock = await this.#acquire(name, ttlMs, performance.now() + waitMs, signal);
    const stop = new AbortController();
    const lost = new AbortController();
    const renewing = this.#renew(lock, ttlMs, lost, stop.signal);
    try {
      return await run({
        signal: anySignal(lost.signal, signal),
        fencingToken: lock.fencingToken,
      });
    } finally {
      stop.abort();
      await renewing;
      // A lock that cannot be given back in time ends by itself.
      const signal = AbortSignal.timeout(Math.min(ttlMs, longestReleaseMs));
      await this.#ask('DELETE', name, { token: lock.token }, signal).catch(() => undefined);
    }
  }

  async #acquire(
    name: string,
    ttlMs: number,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<Lock> {
    for (let attempt = 0; ; attempt++) {
      try {
        const body = { ttlMs, waitMs: Math.min(leftUntil(deadline), longestWaitMs) };
        return (await this.#ask('POST', name, body, signal)) as Lock;
      } catch (error) {
        if (leftUntil(deadline) === 0) throw error;
        if (error instanceof LockedError) continue;
        if (!isPassing(error)) throw error;
        await pause(pauseMs(error as NexusError, attempt), signal);
      }
    }
  }

  /** Renews a lock until it is stopped, or the lock is lost. */
  async #renew(
    { name, token }: Lock,
    ttlMs: number,
    lost: AbortController,
    stop: AbortSignal,
  ): Promise<void> {
    let endsAt = performance.now() + ttlMs;
    for (;;) {
      await pause(Math.min(ttlMs / 3, leftUntil(endsAt)), stop).catch(() => undefined);
      if (stop.aborted) return;
      const now = performance.now();
      try {
        const signal = anySignal(stop, AbortSignal.timeout(leftUntil(endsAt)));
        await this.#ask('PUT', name, { token, ttlMs }, signal);
        endsAt = now + ttlMs;
      } catch (error) {
        if (stop.aborted) return;
        if (error instanceof LockLostError) return lost.abort(error);
        if (leftUntil(endsAt) === 0) return lost.abort(notRenewed(name, error));
      }
    }
  }

  async #ask(method: 'POST' | 'PUT' | 'DELETE', name: string, body: object, signal?: AbortSignal) {
    const path = `/api/locks/${encodeURIComponent(name)}`;
    return (await this.#transport.send({ method, path, body, signal })).body;
  }
}

function leftUntil(instant: number): number {
  return Math.max(0, Math.ceil(instant - performance.now()));
}

function notRenewed(name: string, cause: unknown): LockLostError {
  const message = `The lock "${name}" could not be renewed in time.`;
  return new LockLostError({ error: 'lock_lost', status: 409, message, name }, undefined, { cause });
}

import type { JsonObject } from '@nexus-state/documents';
import type { PostgresKeyGuards } from '@nexus-state/postgres';
import {
  type FencedLock,
  IdempotencyKeyReused,
  type IdempotentRequest,
  LockLost,
  isRepetition,
} from '@nexus-state/state-core';
import { type Receipt, StoreUnavailableError, type WriteRequest } from '@nexus-state/store';
import type { PostgresStore } from '@nexus-state/store/postgres';

/** What a write of keys is made under, beside what it expects of them. */
export interface WriteTerms {
  /** The request under its idempotency key, where it has one. */
  readonly request?: IdempotentRequest | undefined;
  readonly lock?: FencedLock | undefined;
}

/** Writes a request; what `answerOf` throws rolls it back where the write has terms. */
export type Commit = <Answer extends object>(
  request: WriteRequest,
  answerOf: (receipt: Receipt) => Answer,
) => Promise<Answer>;

/** Another request has claimed the idempotency key meanwhile; never leaves this file. */
class KeyTaken extends Error {}

/** Writes of keys under locks and idempotency keys, by the rules of writes of panels. */
export class GuardedWrites {
  constructor(private readonly guards: PostgresKeyGuards) {}

  /**
   * Makes a write under its terms. A repeated request gets the answer of the first one, and nothing is written.
   * @param attempt decides what to write; it may commit several times, until one of them succeeds
   * @throws IdempotencyKeyReused, LockLost, Unavailable; what `attempt` throws
   */
  async write<Answer extends object>(
    { owner, store }: { readonly owner: string; readonly store: PostgresStore },
    terms: WriteTerms,
    attempt: (commit: Commit) => Promise<Answer>,
  ): Promise<Answer> {
    const { request, lock } = terms;
    if (!request && !lock) return attempt(async (wanted, answerOf) => answerOf(await store.write(wanted)));
    for (;;) {
      const earlier = await this.#earlier(owner, request);
      if (earlier) return earlier as unknown as Answer;
      try {
        // Before anything else of it is looked at, so that the caller learns of it first. The write checks again.
        if (lock && !(await this.guards.isNewest(lock))) throw new LockLost(lock.name, lock.fencingToken);
        return await attempt(this.#commit(owner, store, terms));
      } catch (error) {
        if (error instanceof KeyTaken) continue;
        // The same request may have succeeded beside this one, which is then refused for what that one did.
        const repeated =
          error instanceof StoreUnavailableError ? undefined : await this.#earlier(owner, request);
        if (repeated) return repeated as unknown as Answer;
        throw error;
      }
    }
  }

  #commit(owner: string, store: PostgresStore, { request, lock }: WriteTerms): Commit {
    return async (wanted, answerOf) => {
      let answer: ReturnType<typeof answerOf> | undefined;
      await store.writeWith(wanted, async (run, receipt) => {
        answer = answerOf(receipt);
        const claim = request && { request, answer: answer as JsonObject };
        const outcome = await this.guards.hold(run, { owner, claim, lock });
        if (outcome === 'key-taken') throw new KeyTaken();
        if (outcome === 'lock-lost' && lock) throw new LockLost(lock.name, lock.fencingToken);
      });
      return answer as NonNullable<typeof answer>;
    };
  }

  async #earlier(owner: string, request: IdempotentRequest | undefined): Promise<JsonObject | undefined> {
    const kept = request && (await this.guards.findKept(owner, request));
    if (!request || !kept) return undefined;
    if (!isRepetition(request, kept)) throw new IdempotencyKeyReused();
    return kept.answer;
  }
}

import { Semaphore, TooManyQueries } from '@nexus-state/state-core';

/** Queries of one owner, and of all, that wait at the same time; for each that may run at once. */
const maxWaitingOfOwner = 16;
const maxWaiting = 64;
const maxWaitMs = 5_000;

interface OwnerQueries {
  readonly permits: Semaphore;
  /** Those that run or wait. */
  count: number;
}

/** Runs only so many queries at once, and of one owner at most half of them; the others wait, but not many and not long. */
export class QueryPermits {
  readonly #all: Semaphore;
  readonly #owners = new Map<string, OwnerQueries>();
  #waiting = 0;

  /**
   * @param concurrency how many queries may run at once, from 1
   * @param waitMs how long one waits for a permit
   */
  constructor(
    private readonly concurrency: number,
    private readonly waitMs = maxWaitMs,
  ) {
    this.#all = new Semaphore(concurrency);
  }

  /**
   * Runs a query when it has a permit; answers, or throws, as it does.
   * @param owner whose workspace is searched
   * @throws TooManyQueries when too many wait already, or it gets no permit in time
   */
  async take<T>(owner: string, query: () => Promise<T>): Promise<T> {
    const queries = this.#owners.get(owner) ?? {
      permits: new Semaphore(Math.ceil(this.concurrency / 2)),
      count: 0,
    };
    if (this.#isFull(queries)) throw new TooManyQueries();
    this.#owners.set(owner, queries);
    queries.count++;
    try {
      const end = await this.#enter(queries.permits);
      try {
        return await query();
      } finally {
        end();
      }
    } finally {
      queries.count--;
      if (queries.count === 0) this.#owners.delete(owner);
    }
  }

  #isFull({ permits }: OwnerQueries): boolean {
    const { concurrency } = this;
    return this.#waiting >= maxWaiting * concurrency || permits.waiting >= maxWaitingOfOwner * concurrency;
  }

  /** Waits for a permit among the queries of the owner, then among all. */
  async #enter(ofOwner: Semaphore): Promise<() => void> {
    const signal = AbortSignal.timeout(this.waitMs);
    let endOfOwner: (() => void) | undefined;
    this.#waiting++;
    try {
      endOfOwner = await ofOwner.acquire(signal);
      const endOfAll = await this.#all.acquire(signal);
      return () => {
        endOfAll();
        endOfOwner?.();
      };
    } catch (error) {
      endOfOwner?.();
      throw error === signal.reason ? new TooManyQueries() : error;
    } finally {
      this.#waiting--;
    }
  }
}

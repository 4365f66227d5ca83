import type { RedisOptions } from 'bullmq';

/** Where the queue is. */
export interface QueueLocation {
  /** The address of a Redis that never evicts (`maxmemory-policy noeviction`). */
  readonly url: string;
  /** What all keys of the queue begin with. */
  readonly prefix: string;
  /** Told of trouble with the connection; it is repaired without help. */
  readonly onError: (error: Error) => void;
}

/** The name of the queue of snapshots. */
export const snapshotQueueName = 'snapshots';

/** The name of the jobs that take one workspace's snapshot. */
export const takeSnapshotJob = 'take-snapshot';

/** What a caller is told of an error that is not meant for callers. */
export const internalError = 'internal error';

/** Connections of one user of the queue. BullMQ opens and closes them; only of reconnecting it would never tire. */
export class Connections {
  #ended = false;

  /** @param url the address of Redis */
  constructor(private readonly url: string) {}

  /** For callers, who are told at once when Redis is away. */
  impatient(): RedisOptions {
    return { ...this.#options(), enableOfflineQueue: false, maxRetriesPerRequest: 0 };
  }

  /** For those who wait for jobs, and for Redis to come back. */
  patient(): RedisOptions {
    return { ...this.#options(), maxRetriesPerRequest: null };
  }

  /** Lets connections that are down stay down. */
  end(): void {
    this.#ended = true;
  }

  #options(): RedisOptions {
    const retryStrategy = (attempt: number) => (this.#ended ? null : Math.min(50 * 2 ** attempt, 2_000));
    return { url: this.url, retryStrategy };
  }
}

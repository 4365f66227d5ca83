import { type JobsOptions, Queue, type RedisOptions } from 'bullmq';
import { Unavailable } from '../../errors';
import { type QueueName, jobDefaults } from './job-kinds';

/** Where the queue is. */
export interface QueueLocation {
  /** The address of a Redis that never evicts (`maxmemory-policy noeviction`). */
  readonly url: string;
  /** What all keys of the queue begin with. */
  readonly prefix: string;
  /** Told of trouble with the connection; it is repaired without help. */
  readonly onError: (error: Error) => void;
}

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

/** Opens a queue to put jobs into. */
export function openQueue<Data = unknown, Result = unknown>(
  name: QueueName,
  { prefix, onError }: QueueLocation,
  connection: RedisOptions,
  defaultJobOptions: JobsOptions = jobDefaults,
): Queue<Data, Result, string> {
  const queue = new Queue<Data, Result, string>(name, { prefix, connection, defaultJobOptions });
  queue.on('error', onError);
  return queue;
}

/**
 * Waits for an answer of the queue: BullMQ waits for its connection without end, and a caller must not.
 * @throws Unavailable when there is none in time
 */
export async function answered<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw new Unavailable('The job queue', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

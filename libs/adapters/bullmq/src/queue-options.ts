import { type ConnectionOptions, type JobsOptions, Queue, type Telemetry } from 'bullmq';
import { Cluster } from 'ioredis';
import { Unavailable } from '@nexus-state/state-core';
import { type RedisAddress, clusterOptions } from '@nexus-state/redis/address';
import { type QueueName, jobDefaults } from './job-kinds';

/** Where the queue is. */
export interface QueueLocation {
  /** Where Redis is; it never evicts (`maxmemory-policy noeviction`). */
  readonly redis: RedisAddress;
  /** What all keys of the queue begin with; in a cluster with a hash tag around it, where it has none. */
  readonly prefix: string;
  /** Called for errors of the connection; it is repaired without help. */
  readonly onError: (error: Error) => void;
  /** Makes spans of jobs, where they are traced: see `jobTelemetry`. */
  readonly telemetry?: Telemetry | undefined;
}

/** Connections of one user of the queue. BullMQ opens and closes them; only of reconnecting it would never tire. */
export class Connections {
  readonly #clusters: Cluster[] = [];
  #ended = false;

  /** @param redis where Redis is */
  constructor(private readonly redis: RedisAddress) {}

  /** For callers: fails at once when Redis is away. */
  impatient(): ConnectionOptions {
    return this.#connectionTo(this.redis, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  }

  /** For those who wait for jobs, and for Redis to come back. */
  patient(): ConnectionOptions {
    return this.#connectionTo(this.redis, { enableOfflineQueue: true, maxRetriesPerRequest: null });
  }

  /** Lets connections that are down stay down. */
  end(): void {
    this.#ended = true;
  }

  /** Closes what BullMQ, having closed its own, leaves open. */
  close(): void {
    for (const cluster of this.#clusters.splice(0)) cluster.disconnect();
  }

  readonly #retryPauseMs = (attempt: number) => (this.#ended ? null : Math.min(50 * 2 ** attempt, 2_000));

  #connectionTo(address: RedisAddress, waiting: Waiting): ConnectionOptions {
    if (typeof address === 'string') return { url: address, ...waiting, retryStrategy: this.#retryPauseMs };
    const { enableOfflineQueue, maxRetriesPerRequest } = waiting;
    // BullMQ takes a cluster only as a client, which it does not close. Those who block duplicate it: it need not connect.
    const cluster = new Cluster([...address.nodes], {
      ...clusterOptions(address, { maxRetriesPerRequest }, this.#retryPauseMs),
      enableOfflineQueue,
      lazyConnect: true,
    });
    this.#clusters.push(cluster);
    return cluster;
  }
}

/** What becomes of commands while Redis is away. */
interface Waiting {
  readonly enableOfflineQueue: boolean;
  readonly maxRetriesPerRequest: number | null;
}

/** What the keys of the queues begin with. All of them are on one node of a cluster: each step of a job touches several. */
export function keyPrefix({ redis, prefix }: Pick<QueueLocation, 'redis' | 'prefix'>): string {
  return typeof redis === 'string' || /\{[^}]+\}/.test(prefix) ? prefix : `{${prefix}}`;
}

/** Opens a queue to put jobs into. */
export function openQueue<Data = unknown, Result = unknown>(
  name: QueueName,
  location: QueueLocation,
  connection: ConnectionOptions,
  defaultJobOptions: JobsOptions = jobDefaults,
): Queue<Data, Result, string> {
  const queue = new Queue<Data, Result, string>(name, {
    prefix: keyPrefix(location),
    connection,
    defaultJobOptions,
    ...(location.telemetry ? { telemetry: location.telemetry } : {}),
  });
  queue.on('error', location.onError);
  return queue;
}

/**
 * Waits for an answer of the queue: BullMQ waits for its connection without end, and a caller must not.
 * @throws Unavailable when there is none in time
 */
export async function answered<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No response within ${timeoutMs} ms.`)), timeoutMs);
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw new Unavailable('The job queue', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

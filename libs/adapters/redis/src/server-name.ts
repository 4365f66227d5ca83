import type { Cluster, Redis } from 'ioredis';
import { type RedisClient, isCluster } from './connect';

const retryMs = 500;

/**
 * Names the running server that a client is connected to, by its `run_id` (https://redis.io/docs/latest/commands/info/):
 * every start of a server has another one. A cluster is named by all of its masters. A master that is away keeps its
 * name: it answers nothing, and once it does, it has another one or never stopped.
 */
export class ServerName {
  /** By host and port. Not there while it is not known, or asked for. */
  readonly #runIds = new Map<string, string>();
  readonly #watched = new WeakSet<Redis>();
  /** The masters that the cluster listed last. One that cannot be reached is dropped by the client for a while. */
  #listed: readonly Redis[] = [];

  constructor(private readonly redis: RedisClient) {
    if (!isCluster(redis)) {
      this.#watch(redis);
      redis.on('close', () => this.#runIds.delete(placeOf(redis)));
      return;
    }
    for (const node of redis.nodes()) this.#watch(node);
    redis.on('+node', (node: Redis) => this.#watch(node));
    redis.on('refresh', () => (this.#listed = redis.nodes('master')));
  }

  /** Undefined while it is not connected, or not all of it has been. */
  get current(): string | undefined {
    if (!isCluster(this.redis)) return this.#runIds.get(placeOf(this.redis));
    return this.redis.status === 'ready' ? this.#mastersOf(this.redis) : undefined;
  }

  #mastersOf(cluster: Cluster): string | undefined {
    // One to which a command has been redirected is there before it is listed.
    const places = new Set([...this.#listed, ...cluster.nodes('master')].map(placeOf));
    const names = [...places].map((place) => this.#runIds.get(place));
    return names.length > 0 && !names.includes(undefined) ? names.sort().join(' ') : undefined;
  }

  #watch(node: Redis): void {
    if (this.#watched.has(node)) return;
    this.#watched.add(node);
    let connection = 0;
    const ask = () => void this.#ask(node, ++connection, () => connection);
    // At once: what the new connection answers must not be taken for an answer of the server before.
    node.on('ready', () => {
      this.#runIds.delete(placeOf(node));
      ask();
    });
    node.on('close', () => connection++);
    if (node.status === 'ready') ask();
  }

  async #ask(node: Redis, connection: number, current: () => number): Promise<void> {
    while (connection === current()) {
      const info = await node.info('server').catch(() => '');
      if (connection !== current()) return;
      const [, runId] = /^run_id:(\w+)/m.exec(info) ?? [];
      if (runId !== undefined) {
        this.#runIds.set(placeOf(node), runId);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
    }
  }
}

function placeOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

import { type NetConnectOpts, connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AbstractConnector, type Redis, type RedisOptions } from 'ioredis';
import type { RedisClusterAddress, RedisNode } from './address';

/** How long a connection that is closed may take to end. */
const disconnectTimeoutMs = 2_000;

/** The nodes of a cluster that a connection can be made to: those that are configured, and those that were learned of. */
export class ClusterNodes {
  /** In the order in which they are tried. */
  #nodes: readonly RedisNode[];
  #next = 0;

  constructor(private readonly address: RedisClusterAddress) {
    this.#nodes = shuffled(address.nodes);
  }

  /** Asks a node for the others. The answer is a hint: without it, those that are known are tried. */
  async learn(redis: Redis): Promise<void> {
    const slots = await redis.cluster('SLOTS').catch(() => []);
    const current = this.#current;
    const learned = readNodes(slots, current);
    const known = new Set(learned.map(nameOf));
    // The one that is connected to comes last: it is asked anew when it is lost.
    const others = learned.filter((node) => nameOf(node) !== nameOf(current));
    const configured = this.address.nodes.filter((node) => !known.has(nameOf(node)));
    this.#nodes = [...shuffled(others), ...configured, current];
    this.#next = 0;
  }

  /** A connector of ioredis that connects to another node each time. */
  connector(): NonNullable<RedisOptions['Connector']> {
    const take = () => this.#take();
    const { tls } = this.address;
    return class extends AbstractConnector {
      constructor() {
        super(disconnectTimeoutMs);
      }

      async connect() {
        const { host, port } = take();
        const options: NetConnectOpts = { host, port };
        this.stream = tls ? connectTls(options) : connect(options);
        this.stream.once('error', (error) => (this.firstError = error));
        return this.stream;
      }
    };
  }

  get #current(): RedisNode {
    const { length } = this.#nodes;
    return this.#nodes[(this.#next + length - 1) % length] as RedisNode;
  }

  #take(): RedisNode {
    const node = this.#nodes[this.#next % this.#nodes.length] as RedisNode;
    this.#next = (this.#next + 1) % this.#nodes.length;
    return node;
  }
}

/** The nodes in an answer to CLUSTER SLOTS. A node that names no host is where the answer comes from. */
function readNodes(slots: unknown, from: RedisNode): readonly RedisNode[] {
  const ranges = Array.isArray(slots) ? (slots as unknown[][]) : [];
  const nodes = ranges.flatMap(([, , ...served]) => served as [string | null, number][]);
  const hosts = nodes
    .filter(([host]) => host !== '?')
    .map(([host, port]) => ({ host: host || from.host, port: Number(port) }));
  return [...new Map(hosts.map((node) => [nameOf(node), node])).values()];
}

function nameOf({ host, port }: RedisNode): string {
  return `${host}:${port}`;
}

/** Processes that all start at the first node would all listen to it. */
function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

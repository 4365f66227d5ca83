import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedServer, startRedis } from '@nexus-state/embedded';
import { eventually } from '@nexus-state/state-core/testing';
import { Redis } from 'ioredis';

const slotCount = 16_384;
/** The nodes of a cluster speak to each other on a port that is so much higher. */
const busOffset = 10_000;

/** One master of a cluster for tests. */
export class ClusterNode {
  private constructor(
    private server: EmbeddedServer,
    readonly dataDir: string,
    /** How the others know it. */
    readonly id: string,
  ) {}

  /** Starts one that knows no other yet. */
  static async start(dataDir: string): Promise<ClusterNode> {
    const server = await startNode(dataDir, await clusterPort());
    const redis = new Redis(server.url);
    const id = String(await redis.cluster('MYID'));
    redis.disconnect();
    return new ClusterNode(server, dataDir, id);
  }

  get port(): number {
    return this.server.port;
  }

  /** Runs commands on this very node. */
  async ask<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.server.url, { maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** Starts it again where it was, with its slots and nothing in them. */
  async restart(): Promise<void> {
    this.server = await startNode(this.dataDir, this.port);
  }

  /** Stops it in the midst of its work. Connections stay open, without replies. */
  freeze(): void {
    process.kill(this.server.pid, 'SIGSTOP');
  }

  /** Lets it go on where it was stopped. */
  thaw(): void {
    process.kill(this.server.pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await this.server.kill();
  }
}

/** A Redis Cluster of one test's own: three masters, each with a third of the slots, and no replicas. */
export class OwnRedisCluster {
  private constructor(
    readonly nodes: readonly ClusterNode[],
    private readonly folder: string,
  ) {}

  /** Starts one, empty, and waits until all slots are served. */
  static async start(size = 3): Promise<OwnRedisCluster> {
    const folder = await mkdtemp(path.join(tmpdir(), 'nexus-redis-cluster-'));
    const nodes: ClusterNode[] = [];
    try {
      for (let n = 0; n < size; n++) nodes.push(await ClusterNode.start(path.join(folder, `node-${n}`)));
      const cluster = new OwnRedisCluster(nodes, folder);
      await cluster.#join();
      await cluster.whole();
      return cluster;
    } catch (error) {
      await Promise.all(nodes.map((node) => node.stop()));
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where it is, by all of its nodes. */
  get address() {
    return { nodes: this.nodes.map(({ port }) => ({ host: '127.0.0.1', port })), tls: false } as const;
  }

  /** The same as the setting `REDIS_CLUSTER_NODES` has it. */
  get setting(): string {
    return this.nodes.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
  }

  /** The node that serves a key, and another one. */
  async nodesOf(key: string): Promise<readonly [owner: ClusterNode, other: ClusterNode]> {
    const first = this.nodes[0] as ClusterNode;
    const [slot, ranges] = await first.ask((redis) =>
      Promise.all([redis.cluster('KEYSLOT', key), redis.cluster('SLOTS')]),
    );
    const range = ranges.find(([from, to]) => from <= slot && slot <= to);
    const owner = this.nodes.find(({ port }) => port === range?.[2]?.[1]);
    const other = this.nodes.find((node) => node !== owner);
    if (!owner || !other) throw new Error(`No node serves ${key}.`);
    return [owner, other];
  }

  /** Moves the slot of a key with all that is in it, key by key, as `redis-cli --cluster reshard` does. */
  async move(key: string, from: ClusterNode, to: ClusterNode): Promise<void> {
    const slot = await to.ask((redis) => redis.cluster('KEYSLOT', key));
    await to.ask((redis) => redis.cluster('SETSLOT', slot, 'IMPORTING', from.id));
    await from.ask(async (redis) => {
      await redis.cluster('SETSLOT', slot, 'MIGRATING', to.id);
      for (;;) {
        const keys = await redis.cluster('GETKEYSINSLOT', slot, 5);
        if (keys.length === 0) break;
        await redis.migrate('127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
      }
    });
    for (const node of [to, from, ...this.nodes.filter((one) => one !== to && one !== from)])
      await node.ask((redis) => redis.cluster('SETSLOT', slot, 'NODE', to.id));
  }

  /** Waits until every node believes that all slots are served. */
  async whole(): Promise<void> {
    for (const node of this.nodes) {
      const ok = (info: string) => /cluster_state:ok/.test(info) && /cluster_slots_ok:16384/.test(info);
      await eventually(
        () => node.ask(async (redis) => ok(String(await redis.cluster('INFO')))),
        `node ${node.port} to see the cluster whole`,
      );
    }
  }

  /** Ends it and removes what it wrote. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  async #join(): Promise<void> {
    const share = Math.ceil(slotCount / this.nodes.length);
    const [first] = this.nodes;
    for (const [n, node] of this.nodes.entries()) {
      await node.ask(async (redis) => {
        await redis.cluster('SET-CONFIG-EPOCH', n + 1);
        const count = Math.min((n + 1) * share, slotCount) - n * share;
        await redis.cluster('ADDSLOTS', ...Array.from({ length: count }, (_, slot) => n * share + slot));
        if (node !== first) await redis.cluster('MEET', '127.0.0.1', first?.port ?? 0);
      });
    }
  }
}

function startNode(dataDir: string, port: number): Promise<EmbeddedServer> {
  const settings = {
    'cluster-enabled': 'yes',
    // On a busy machine, nodes that are asked too soon take each other for lost, and then refuse everything.
    'cluster-node-timeout': '5000',
    'cluster-require-full-coverage': 'no',
  };
  return startRedis({ dataDir, port, settings });
}

/** A port that is free, as is the one that the other nodes use. */
async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await listenable(0);
    if (port && port + busOffset < 65_536 && (await listenable(port + busOffset))) return port;
  }
}

/** The port, or any where 0 is asked for; undefined where another process has it. */
function listenable(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { type RedisAddress, type RedisClusterAddress, clusterOptions, nodeLogin } from './address';
import { ClusterNodes } from './cluster-nodes';

/** A client of one server, or of a cluster. */
export type RedisClient = Redis | Cluster;

/** Called once for each connection error. */
export type OnRedisError = (error: Error) => void;

const longestPauseMs = 2_000;
/** A connection with a reply overdue for so long counts as dead and is made anew, although it is open. */
const longestSilenceMs = 2_000;
/** How often a connection on which nothing need be said for hours is asked for a sign of life. */
const heartbeatMs = 2_000;
/** How often a cluster is asked which node serves what: after a failover, commands go on being sent to the node before. */
const topologyIntervalMs = 2_000;
/** How often a node of a cluster is tried again before the cluster is asked whether there still is such a node. */
const attemptsAtNode = 5;

/**
 * A client of Redis for what may fail: commands fail at once while Redis, or the node of a cluster that they belong to, is
 * away instead of queueing, and within a second when it does not answer. It reconnects for ever, also when a connection
 * only went silent.
 * @param address `redis://…` or `rediss://…`, or a cluster
 */
export function openRedis(address: string, onError?: OnRedisError): Redis;
export function openRedis(address: RedisAddress, onError?: OnRedisError): RedisClient;
export function openRedis(address: RedisAddress, onError: OnRedisError = () => undefined): RedisClient {
  if (typeof address !== 'string') return openCluster(address, onError);
  return watch(new Redis(address, { ...common, enableAutoPipelining: true, commandTimeout: 1_000 }), onError);
}

/**
 * A client of Redis for the subscriptions of `RedisUpdateBus`, which renews them itself after a reconnect; it runs no
 * other commands. A connection that went silent is found out within seconds: a listener cannot distinguish it from one on which
 * nothing happens. In a cluster it is connected to one of the nodes, and after a loss to another: all of them pass on what
 * is published at any.
 */
export function openRedisSubscriber(address: RedisAddress, onError: OnRedisError = () => undefined): Redis {
  const options = { ...common, autoResubscribe: false, commandTimeout: 2_000 };
  const redis = typeof address === 'string' ? new Redis(address, options) : atSomeNode(address, options);
  watch(redis, onError);
  const heartbeat = setInterval(() => {
    // What becomes of it is no matter: the connection breaks when no answer comes.
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  redis.on('end', () => clearInterval(heartbeat));
  return redis;
}

/** Whether Redis does all that it is there for. A cluster does when every slot is served, by nodes that answer here. */
export async function redisResponds(redis: RedisClient): Promise<boolean> {
  if (!isCluster(redis)) return (await redis.ping()) === 'PONG';
  if (redis.status !== 'ready') return false;
  const masters = redis.nodes('master');
  const infos = await Promise.all(masters.map(async (node) => String(await node.cluster('INFO'))));
  // A node that could not be reached may be missing here, before the others take note; one that is back may not serve yet.
  return infos.length > 0 && infos.every((info) => isWhole(info, masters.length));
}

/** Whether a node sees all slots served, by no more masters than are known here. */
function isWhole(info: string, masters: number): boolean {
  const fact = (name: string) => new RegExp(`^${name}:(\\w+)`, 'm').exec(info)?.[1];
  const served = fact('cluster_state') === 'ok' && fact('cluster_slots_ok') === '16384';
  return served && Number(fact('cluster_size')) <= masters;
}

/** Distinguishes the two kinds of clients. */
export function isCluster(redis: RedisClient): redis is Cluster {
  return redis.isCluster;
}

const common = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  socketTimeout: longestSilenceMs,
  retryStrategy: pauseMs,
} satisfies RedisOptions;

function pauseMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 10), longestPauseMs);
}

function openCluster(address: RedisClusterAddress, onError: OnRedisError): Cluster {
  const { maxRetriesPerRequest, connectTimeout, socketTimeout } = common;
  const node = { maxRetriesPerRequest, connectTimeout, socketTimeout, commandTimeout: 1_000 };
  const cluster: Cluster = new Cluster([...address.nodes], {
    ...clusterOptions(address, node, pauseMs),
    enableOfflineQueue: false,
    // Not while the cluster is looked for: it would wait for ever for nodes to end that are between two attempts.
    clusterNodeRetryStrategy: (attempt) =>
      cluster.status === 'ready' && attempt <= attemptsAtNode ? pauseMs(attempt) : null,
    // Commands for a node that is away, or a slot without a node, fail at once instead of waiting.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // Keys of one script may be on both sides of a slot on the move; for a moment only.
    retryDelayOnTryAgain: 50,
    maxRedirections: 6,
  });
  // Before the first command: those that come while a node is being connected to are refused.
  cluster.on('+node', (one: Redis) => {
    if (one.status === 'wait') one.connect().catch(() => undefined);
  });
  cluster.on('node error', onError);
  const topology = setInterval(() => {
    if (cluster.status === 'ready') cluster.refreshSlotsCache();
  }, topologyIntervalMs);
  topology.unref();
  cluster.on('end', () => clearInterval(topology));
  return watch(cluster, onError);
}

function atSomeNode(address: RedisClusterAddress, options: Omit<RedisOptions, 'replyMapping'>): Redis {
  const nodes = new ClusterNodes(address);
  const redis = new Redis({ ...options, ...nodeLogin(address), Connector: nodes.connector() });
  redis.on('ready', () => void nodes.learn(redis));
  return redis;
}

function watch<Client extends RedisClient>(redis: Client, onError: OnRedisError): Client {
  // Without a listener, a lost connection would end the process.
  redis.on('error', onError);
  return redis;
}

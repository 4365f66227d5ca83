import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisClusterAddress } from './redis-address';

type NodeOptions = Omit<NonNullable<ClusterOptions['redisOptions']>, 'replyMapping'>;

/** How to log in at each node of a cluster. */
export function nodeLogin({
  username,
  password,
  tls,
}: RedisClusterAddress): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}

/**
 * The options of a client of a cluster that follows it wherever it goes.
 * @param node what holds for the connection to each node
 * @param retryPauseMs the pause before an attempt to find the cluster again, after all nodes were lost; null to let it be
 */
export function clusterOptions(
  address: RedisClusterAddress,
  node: NodeOptions,
  retryPauseMs: (attempt: number) => number | null,
): Omit<ClusterOptions, 'redisOptions'> & { redisOptions: NodeOptions } {
  return {
    redisOptions: { ...node, ...nodeLogin(address) },
    clusterRetryStrategy: retryPauseMs,
    // Redirected commands reveal changes. The timer of ioredis may outlive its client, and the process with it.
    slotsRefreshInterval: 0,
    slotsRefreshTimeout: 1_000,
    // Certificates are made out to names: those are not to be replaced by addresses.
    ...(address.tls ? { dnsLookup: keepName } : {}),
  };
}

const keepName: NonNullable<ClusterOptions['dnsLookup']> = (name, resolve) => resolve(null, name);

import { Redis, type RedisOptions } from 'ioredis';

const longestPauseMs = 2_000;
/** A connection that owes an answer for so long is dead, though nobody has said so, and is made anew. */
const longestSilenceMs = 2_000;
/** How often a connection on which nothing need be said for hours is asked for a sign of life. */
const heartbeatMs = 2_000;

/**
 * A client of Redis for what may fail: commands fail at once while Redis is away instead of queueing, and within a
 * second when it does not answer. It reconnects for ever, also when a connection only went silent.
 * @param url `redis://…` or `rediss://…`
 * @param onError told of connection errors, once each
 */
export function openRedis(url: string, onError: (error: Error) => void = () => undefined): Redis {
  return connect(url, { enableAutoPipelining: true, commandTimeout: 1_000 }, onError);
}

/**
 * A client of Redis for the subscriptions of `RedisUpdateBus`, which renews them itself after a reconnect; it runs no
 * other commands. A connection that went silent is found out within seconds: a listener cannot tell it from one on which
 * nothing happens.
 */
export function openRedisSubscriber(url: string, onError: (error: Error) => void = () => undefined): Redis {
  const redis = connect(url, { autoResubscribe: false, commandTimeout: 2_000 }, onError);
  const heartbeat = setInterval(() => {
    // What becomes of it is no matter: the connection breaks when no answer comes.
    if (redis.status === 'ready') redis.ping().catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  redis.on('end', () => clearInterval(heartbeat));
  return redis;
}

function connect(
  url: string,
  options: Omit<RedisOptions, 'replyMapping'>,
  onError: (error: Error) => void,
): Redis {
  const all = {
    ...options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    socketTimeout: longestSilenceMs,
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 10), longestPauseMs),
  };
  const redis = new Redis(url, all);
  // Without a listener, a lost connection would end the process.
  redis.on('error', onError);
  return redis;
}

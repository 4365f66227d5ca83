import type { RedisClient } from './connect';

/*
 * All of them go by the clock of Redis, so that the clocks of the gateways need not agree.
 * Leases: a sorted set of lease ids by when they end. A panel: a hash from lease id to what is shown under it.
 * A workspace: the set of its panels that have such a hash. Panel and workspace share a hash tag.
 */

const now = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

// KEYS[1] leases. ARGV[1] lease, ARGV[2] its term in ms, ARGV[3] 1 to take it, 0 to hold on to it.
// Answers the leases that are held; nothing when this one has ended.
const renew = `${now}
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  if ARGV[3] == '0' and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return nil end
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return redis.call('ZRANGE', KEYS[1], 0, -1)`;

// KEYS[1] leases. Answers those that are held.
const leases = `${now}
  return redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')`;

// KEYS[1] panel, KEYS[2] workspace. ARGV[1] lease, ARGV[2] what is shown or nothing, ARGV[3] panel id, ARGV[4] ms it is
// kept, ARGV[5] channel, ARGV[6] message.
const put = `
  if ARGV[2] == '' then
    redis.call('HDEL', KEYS[1], ARGV[1])
    if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[3]) end
  else
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
    redis.call('SADD', KEYS[2], ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
  end
  redis.call('PUBLISH', ARGV[5], ARGV[6])`;

// KEYS[1] panel, KEYS[2] workspace. ARGV[1] panel id, ARGV[2] and on: leases that have ended.
const forget = `
  for n = 2, #ARGV do redis.call('HDEL', KEYS[1], ARGV[n]) end
  if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('SREM', KEYS[2], ARGV[1]) end`;

/** A client that knows the commands of the presence board. */
export type PresenceRedis = RedisClient & {
  nexusPresenceRenew(key: string, lease: string, termMs: number, take: 0 | 1): Promise<string[] | null>;
  nexusPresenceLeases(key: string): Promise<string[]>;
  nexusPresencePut(panel: string, workspace: string, ...args: (string | number)[]): Promise<null>;
  nexusPresenceForget(panel: string, workspace: string, ...args: string[]): Promise<null>;
};

/** Teaches a client the commands of the presence board. */
export function withPresenceCommands(redis: RedisClient): PresenceRedis {
  redis.defineCommand('nexusPresenceRenew', { numberOfKeys: 1, lua: renew });
  redis.defineCommand('nexusPresenceLeases', { numberOfKeys: 1, lua: leases });
  redis.defineCommand('nexusPresencePut', { numberOfKeys: 2, lua: put });
  redis.defineCommand('nexusPresenceForget', { numberOfKeys: 2, lua: forget });
  return redis as PresenceRedis;
}

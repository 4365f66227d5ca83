import type { RedisClient } from './connect';

/*
 * All of them go by the clock of Redis, so that those of the processes need not agree.
 * KEYS[1] the token of the holder, gone when the lock ends. KEYS[2] those who wait, a sorted set of tokens in the order in
 * which they came. KEYS[3] the same tokens, by when they lose their place unless they look again. ARGV[1] the token of the
 * claim, ARGV[2] the channel on which the one whose turn it is gets called.
 */

const begin = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local function leave(token)
    redis.call('ZREM', KEYS[2], token)
    redis.call('ZREM', KEYS[3], token)
  end
  local function first()
    while true do
      local token = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
      if not token then return nil end
      local lease = redis.call('ZSCORE', KEYS[3], token)
      if lease and tonumber(lease) > now then return token end
      leave(token)
    end
  end
  local function callNext()
    local token = first()
    if token then redis.call('PUBLISH', ARGV[2], token) end
  end`;

// ARGV[3] for how many ms the lock is held, ARGV[4] for how many ms a place is kept or 0 not to wait, ARGV[5] how many may wait.
// Answers 1 and when the lock ends; or 0 and the ms until the next look; or 2 and when the lock ends, 0 where it is not held.
const take = `${begin}
  local holder = redis.call('GET', KEYS[1])
  local head = first()
  if holder == ARGV[1] or (not holder and (not head or head == ARGV[1])) then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
    leave(ARGV[1])
    callNext()
    return { 1, now + ARGV[3] }
  end
  local left = math.max(0, redis.call('PTTL', KEYS[1]))
  local lease = tonumber(ARGV[4])
  local place = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if lease == 0 or (not place and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5])) then
    leave(ARGV[1])
    return { 2, holder and now + left or 0 }
  end
  if not place then
    local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
    redis.call('ZADD', KEYS[2], (last or 0) + 1, ARGV[1])
  end
  redis.call('ZADD', KEYS[3], now + lease, ARGV[1])
  redis.call('PEXPIRE', KEYS[2], lease)
  redis.call('PEXPIRE', KEYS[3], lease)
  if not holder then callNext() end
  local look = math.floor(lease / 3)
  if first() == ARGV[1] then look = math.min(look, left) end
  return { 0, look }`;

// ARGV[3] for how many ms the lock is held from now. Answers when it ends; nothing where the claim does not hold it.
const renew = `${begin}
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return nil end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return now + ARGV[3]`;

// Answers 1 where the claim held the lock.
const release = `${begin}
  local holder = redis.call('GET', KEYS[1])
  if holder == ARGV[1] then redis.call('DEL', KEYS[1]) end
  leave(ARGV[1])
  if not holder or holder == ARGV[1] then callNext() end
  return holder == ARGV[1] and 1 or 0`;

type Keys = readonly [held: string, queue: string, leases: string];

/** A client that knows the commands of locks. */
export type LockRedis = RedisClient & {
  nexusLockTake(
    ...args: [...Keys, token: string, channel: string, ttlMs: number, leaseMs: number, most: number]
  ): Promise<readonly [outcome: 0 | 1 | 2, ms: number]>;
  nexusLockRenew(...args: [...Keys, token: string, channel: string, ttlMs: number]): Promise<number | null>;
  nexusLockRelease(...args: [...Keys, token: string, channel: string]): Promise<0 | 1>;
};

/** Teaches a client the commands of locks. */
export function withLockCommands(redis: RedisClient): LockRedis {
  redis.defineCommand('nexusLockTake', { numberOfKeys: 3, lua: take });
  redis.defineCommand('nexusLockRenew', { numberOfKeys: 3, lua: renew });
  redis.defineCommand('nexusLockRelease', { numberOfKeys: 3, lua: release });
  return redis as LockRedis;
}

import { Unavailable, type TokenBuckets, type TokenRequest, type TokensTaken } from '@nexus-state/state-core';
import type { RedisClient } from './connect';

// What `takeTokens` does, by the clock of Redis, so that those of the processes need not agree.
// KEYS[1] the bucket: its tokens and when that was, in microseconds; not there when it is full. ARGV[1] tokens a second,
// ARGV[2] the least and ARGV[3] the most to take. Answers how many were taken and are left, and the microseconds until the
// least are there.
const takeScript = `
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local rate, least, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
  local size = math.max(1, rate)
  local there = size
  local had, at = string.match(redis.call('GET', KEYS[1]) or '', '^(%S+) (%S+)$')
  if had then there = math.min(size, had + math.max(0, now - at) * rate / 1000000) end
  local taken = 0
  if there >= least then taken = math.min(most, math.floor(there)) end
  local tokens = there - taken
  local entry = string.format('%.17g %.0f', tokens, now)
  redis.call('SET', KEYS[1], entry, 'PX', math.ceil((size - tokens) * 1000 / rate) + 1000)
  return { taken, math.floor(tokens), math.max(0, math.ceil((least - tokens) * 1000000 / rate)) }`;

interface BucketCommands {
  nexusTokensTake(
    key: string,
    perSecond: number,
    least: number,
    most: number,
  ): Promise<readonly [taken: number, left: number, waitMicros: number]>;
}

/** Buckets in Redis, shared by all processes: `nexus-rate:{<bucket>}:<per second>`, gone soon after they are full. */
export class RedisTokenBuckets implements TokenBuckets {
  readonly #redis: RedisClient & BucketCommands;

  /**
   * @param redis a client that fails fast while Redis is away
   * @param prefix what its keys begin with
   */
  constructor(
    redis: RedisClient,
    private readonly prefix = 'nexus-rate',
  ) {
    redis.defineCommand('nexusTokensTake', { numberOfKeys: 1, lua: takeScript });
    this.#redis = redis as RedisClient & BucketCommands;
  }

  async take(bucket: string, { perSecond, least, most }: TokenRequest): Promise<TokensTaken> {
    const key = `${this.prefix}:{${encodeURIComponent(bucket)}}:${perSecond}`;
    try {
      const [taken, left, waitMicros] = await this.#redis.nexusTokensTake(key, perSecond, least, most);
      return { taken, left, waitMicros };
    } catch (error) {
      throw new Unavailable('The rate limits', { cause: error });
    }
  }
}

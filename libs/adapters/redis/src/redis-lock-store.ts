import type { Redis } from 'ioredis';
import {
  Unavailable,
  type LockClaim,
  type LockKey,
  type LockStore,
  type Taken,
  lockWaiterLeaseMs,
  maxLockWaiters,
} from '@nexus-state/state-core';
import type { RedisClient } from './connect';
import { type LockRedis, withLockCommands } from './lock-scripts';
import { RedisChannels } from './redis-channels';

/**
 * Locks in Redis: `<prefix>:{<owner>:<name>}` and two keys beside it, on one node of a cluster. Turns are called on the channel
 * `<prefix>-turns:<owner>:<name>`.
 */
export class RedisLockStore implements LockStore {
  readonly #redis: LockRedis;
  readonly #channels: RedisChannels<string>;

  /**
   * @param redis a client that fails fast while Redis is away
   * @param subscriber a client for subscriptions (`openRedisSubscriber`), which may be shared
   * @param prefix what its keys and channels begin with
   */
  constructor(
    redis: RedisClient,
    subscriber: Redis,
    private readonly prefix = 'nexus-lock',
  ) {
    this.#redis = withLockCommands(redis);
    this.#channels = new RedisChannels(subscriber, (_channel, token) => token);
  }

  async take({ lock, token, ttlMs }: LockClaim, waits: boolean): Promise<Taken> {
    const { keys, channel } = this.#names(lock);
    const leaseMs = waits ? lockWaiterLeaseMs : 0;
    const [outcome, ms] = await ask(
      this.#redis.nexusLockTake(...keys, token, channel, ttlMs, leaseMs, maxLockWaiters),
    );
    if (outcome === 1) return { outcome: 'held', expiresAt: instant(ms) };
    if (outcome === 0) return { outcome: 'waiting', lookAgainMs: ms };
    return { outcome: 'refused', expiresAt: ms === 0 ? undefined : instant(ms) };
  }

  async renew({ lock, token, ttlMs }: LockClaim): Promise<string | undefined> {
    const { keys, channel } = this.#names(lock);
    const ms = await ask(this.#redis.nexusLockRenew(...keys, token, channel, ttlMs));
    return ms === null ? undefined : instant(ms);
  }

  async release(lock: LockKey, token: string): Promise<boolean> {
    const { keys, channel } = this.#names(lock);
    return (await ask(this.#redis.nexusLockRelease(...keys, token, channel))) === 1;
  }

  onCall(lock: LockKey, token: string, call: () => void): Promise<() => Promise<void>> {
    const onMessage = (called: string) => {
      if (called === token) call();
    };
    return ask(this.#channels.listen(this.#names(lock).channel, { onMessage, onGap: call }));
  }

  #names({ owner, name }: LockKey) {
    const lock = `${encodeURIComponent(owner)}:${name}`;
    const held = `${this.prefix}:{${lock}}`;
    return {
      keys: [held, `${held}:queue`, `${held}:leases`] as const,
      channel: `${this.prefix}-turns:${lock}`,
    };
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

async function ask<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new Unavailable('The lock', { cause: error });
  }
}

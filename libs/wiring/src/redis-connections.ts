import { type Config, redisAddress } from '@nexus-state/nest-kit';
import { openRedis, openRedisSubscriber } from '@nexus-state/state-core/redis';
import type { Redis } from 'ioredis';

/** The connections of a process to Redis, made when they are first asked for and closed when the process ends. */
export class RedisConnections {
  readonly #opened: Redis[] = [];
  #main: Redis | undefined;
  #subscriber: Redis | undefined;
  #cache: Redis | undefined;

  constructor(private readonly config: Config) {}

  /** For commands. */
  get main(): Redis {
    return (this.#main ??= this.#keep(openRedis(redisAddress(this.config))));
  }

  /** For subscriptions. */
  get subscriber(): Redis {
    return (this.#subscriber ??= this.#keep(openRedisSubscriber(redisAddress(this.config))));
  }

  /** For the cache, which may have a Redis of its own. */
  get cache(): Redis {
    const url = this.config.CACHE_REDIS_URL;
    return (this.#cache ??= url ? this.#keep(openRedis(url)) : this.main);
  }

  onApplicationShutdown(): void {
    for (const redis of this.#opened) redis.disconnect();
  }

  #keep(redis: Redis): Redis {
    this.#opened.push(redis);
    return redis;
  }
}

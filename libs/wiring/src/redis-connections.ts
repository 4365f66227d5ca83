import { type Config, cacheAddress, redisAddress } from '@nexus-state/nest-kit';
import { type RedisClient, openRedis, openRedisSubscriber } from '@nexus-state/redis';
import type { Redis } from 'ioredis';

/** The connections of a process to Redis, made when they are first asked for and closed when the process ends. */
export class RedisConnections {
  readonly #opened: RedisClient[] = [];
  #main: RedisClient | undefined;
  #subscriber: Redis | undefined;
  #cache: RedisClient | undefined;

  constructor(private readonly config: Config) {}

  /** For commands. */
  get main(): RedisClient {
    return (this.#main ??= this.#keep(openRedis(redisAddress(this.config))));
  }

  /** For subscriptions. */
  get subscriber(): Redis {
    return (this.#subscriber ??= this.#keep(openRedisSubscriber(redisAddress(this.config))));
  }

  /** For the cache, which may have a Redis of its own. */
  get cache(): RedisClient {
    const own = cacheAddress(this.config);
    return (this.#cache ??= own ? this.#keep(openRedis(own)) : this.main);
  }

  onApplicationShutdown(): void {
    for (const redis of this.#opened) redis.disconnect();
  }

  #keep<Client extends RedisClient>(redis: Client): Client {
    this.#opened.push(redis);
    return redis;
  }
}

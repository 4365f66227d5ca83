import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  type Config,
  HEALTH_CHECKS,
  type HealthChecks,
  SERVICE_VERSION,
  TokenVerifier,
  hintLog,
  redisAddress,
} from '@nexus-state/nest-kit';
import { AccessControl, StateCore } from '@nexus-state/state-core';
import {
  PostgresPanelHistory,
  PostgresPanelStore,
  PostgresWorkspaceStore,
  postgresOptions,
} from '@nexus-state/state-core/postgres';
import { RedisPanelCache, RedisUpdateBus, openRedis } from '@nexus-state/state-core/redis';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, DATABASE_TIMEOUT: timeoutMs } = config;
  return { ...postgresOptions({ url, poolSize, timeoutMs }), retryAttempts: 5, retryDelay: 1000 };
}

/** The connections to Redis, closed when the process ends. */
class RedisConnections {
  readonly main;
  readonly cache;

  constructor(config: Config) {
    this.main = openRedis(redisAddress(config));
    this.cache = config.CACHE_REDIS_URL ? openRedis(config.CACHE_REDIS_URL) : this.main;
  }

  onApplicationShutdown(): void {
    this.main.disconnect();
    this.cache.disconnect();
  }
}

/** The one place where ports meet their adapters. */
export function providersOf(config: Config, logger: Logger, version: string): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: TokenVerifier,
      useFactory: () =>
        new TokenVerifier({
          secret: config.JWT_SECRET_KEY,
          defaultScopes: config.AUTH_DEFAULT_SCOPES.split(' '),
        }),
    },
    {
      provide: PostgresWorkspaceStore,
      inject: [DataSource],
      useFactory: (source: DataSource) => new PostgresWorkspaceStore(source),
    },
    {
      provide: AccessControl,
      inject: [PostgresWorkspaceStore],
      useFactory: (store: PostgresWorkspaceStore) => new AccessControl(store),
    },
    {
      provide: StateCore,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections) =>
        new StateCore({
          store: new PostgresPanelStore(source),
          history: new PostgresPanelHistory(source),
          cache: new RedisPanelCache(redis.cache, config.CACHE_TTL_SECONDS),
          bus: new RedisUpdateBus(redis.main),
          observer: hintLog(logger),
          limits: {
            stateBytes: config.MAX_STATE_BYTES,
            stateDepth: config.MAX_STATE_DEPTH,
            patchOperations: config.MAX_PATCH_OPERATIONS,
          },
        }),
    },
    {
      provide: HEALTH_CHECKS,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections): HealthChecks => ({
        database: async () => (await source.query('SELECT 1')).length === 1,
        redis: async () => (await redis.main.ping()) === 'PONG',
      }),
    },
  ];
}

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
  tokenRules,
} from '@nexus-state/nest-kit';
import { AccessControl, WorkspaceFeeds } from '@nexus-state/state-core';
import {
  PostgresPanelStore,
  PostgresWorkspaceStore,
  postgresOptions,
} from '@nexus-state/state-core/postgres';
import { RedisUpdateBus, openRedis, openRedisSubscriber } from '@nexus-state/state-core/redis';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { LOGGER } from './socket-io/state.gateway';
import { SWEEP_INTERVAL } from './updates/feed-sweeper';

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, DATABASE_TIMEOUT: timeoutMs } = config;
  return { ...postgresOptions({ url, poolSize, timeoutMs }), retryAttempts: 5, retryDelay: 1000 };
}

/** The connections to Redis, closed when the process ends. */
class RedisConnections {
  readonly main;
  readonly subscriber;

  constructor(config: Config) {
    this.main = openRedis(redisAddress(config));
    this.subscriber = openRedisSubscriber(redisAddress(config));
  }

  onApplicationShutdown(): void {
    this.main.disconnect();
    this.subscriber.disconnect();
  }
}

/** The one place where ports meet their adapters. */
export function providersOf(config: Config, logger: Logger, version: string): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: LOGGER, useValue: logger },
    { provide: SWEEP_INTERVAL, useValue: config.REALTIME_SWEEP_INTERVAL },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: TokenVerifier,
      useFactory: () => new TokenVerifier(tokenRules(config, logger)),
    },
    {
      provide: AccessControl,
      inject: [DataSource],
      useFactory: (source: DataSource) => new AccessControl(new PostgresWorkspaceStore(source)),
    },
    {
      provide: WorkspaceFeeds,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections) =>
        new WorkspaceFeeds({
          store: new PostgresPanelStore(source),
          bus: new RedisUpdateBus(redis.main, redis.subscriber),
          observer: hintLog(logger),
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

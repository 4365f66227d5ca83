import type { Provider } from '@nestjs/common';
import {
  HEALTH_CHECKS,
  type HealthChecks,
  SERVICE_VERSION,
  type ServiceContext,
  TokenVerifier,
  hintLog,
  rateRules,
  tokenRules,
} from '@nexus-state/nest-kit';
import { AccessControl, RateLimits } from '@nexus-state/state-core';
import { PostgresWorkspaceStore } from '@nexus-state/state-core/postgres';
import { RedisTokenBuckets, redisAnswers } from '@nexus-state/state-core/redis';
import { DataSource } from 'typeorm';
import { RedisConnections } from './redis-connections';

/** What every process has: its version, its connections to Redis, and what health is asked of. */
export function processProviders({ config, version }: ServiceContext): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: HEALTH_CHECKS,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections): HealthChecks => ({
        database: async () => (await source.query('SELECT 1')).length === 1,
        redis: () => redisAnswers(redis.main),
      }),
    },
  ];
}

/** What a process has that people talk to: who they are, what they may do, and how often. */
export function accessProviders({ config, logger }: ServiceContext): Provider[] {
  return [
    { provide: TokenVerifier, useFactory: () => new TokenVerifier(tokenRules(config, logger)) },
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
      provide: RateLimits,
      inject: [RedisConnections],
      useFactory: ({ main }: RedisConnections) =>
        new RateLimits(
          { buckets: new RedisTokenBuckets(main), observer: hintLog(logger) },
          rateRules(config),
        ),
    },
  ];
}

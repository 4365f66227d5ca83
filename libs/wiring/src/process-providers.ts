import type { Provider } from '@nestjs/common';
import {
  HEALTH_CHECKS,
  METRICS,
  type ProcessObserver,
  type HealthChecks,
  SERVICE_VERSION,
  type ServiceContext,
  TokenVerifier,
  coreMetrics,
  hintLog,
  measureStores,
  rateRules,
  triggerLog,
  tokenRules,
} from '@nexus-state/nest-kit';
import { AccessControl, Admission, RateLimits } from '@nexus-state/state-core';
import { PostgresWorkspaceStore } from '@nexus-state/postgres';
import { RedisTokenBuckets, redisResponds } from '@nexus-state/redis';
import { DataSource } from 'typeorm';
import { measurePool } from './pool-metrics';
import { RedisConnections } from './redis-connections';

/** The injection token of the `ProcessObserver`. */
export const CORE_OBSERVER = Symbol('CORE_OBSERVER');

/** What every process has: its version, its connections to Redis, its metrics, and what health is asked of. */
export function processProviders({ config, logger, metrics, version }: ServiceContext): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: METRICS, useValue: metrics },
    {
      provide: CORE_OBSERVER,
      useFactory: () => coreMetrics(metrics, { ...hintLog(logger), ...triggerLog(logger) }),
    },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: HEALTH_CHECKS,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections): HealthChecks => {
        const checks = {
          database: async () => (await source.query('SELECT 1')).length === 1,
          redis: () => redisResponds(redis.main),
        };
        // In this order, in which they are collected: asking the database is itself a wait for a connection.
        measurePool(source, metrics);
        measureStores(checks, metrics);
        return checks;
      },
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
      inject: [RedisConnections, CORE_OBSERVER],
      useFactory: ({ main }: RedisConnections, observer: ProcessObserver) =>
        new RateLimits({ buckets: new RedisTokenBuckets(main), observer }, rateRules(config)),
    },
    {
      provide: Admission,
      inject: [AccessControl, RateLimits],
      useFactory: (access: AccessControl, rates: RateLimits) => new Admission(access, rates),
    },
  ];
}

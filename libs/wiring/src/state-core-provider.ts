import type { Provider } from '@nestjs/common';
import { type ProcessObserver, type ServiceContext, panelLimits, triggerRules } from '@nexus-state/nest-kit';
import { type SnapshotQueue, SnapshotTriggers, StateCore } from '@nexus-state/state-core';
import {
  PostgresCacheEpochs,
  PostgresChangeFeed,
  PostgresFencingTokens,
  PostgresPanelHistory,
  PostgresPanelQuery,
  PostgresPanelStore,
  PostgresProposalStore,
  PostgresRuleStore,
  PostgresSnapshotCoverage,
  PostgresTurnStore,
} from '@nexus-state/postgres';
import { RedisPanelCache, RedisUpdateBus } from '@nexus-state/redis';
import { DataSource } from 'typeorm';
import { EmbeddingRefreshes } from './embeddings';
import { LargeWorkPool } from './large-work';
import { CORE_OBSERVER } from './process-providers';
import { RedisConnections } from './redis-connections';

/** The core, which hands over what it holds after the last request and before the database is closed. */
class ClosingStateCore extends StateCore {
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Queries, whose connections are closed when the process ends. */
class ClosingPanelQuery extends PostgresPanelQuery {
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Threads for large work, which end after the last request. */
class ClosingLargeWorkPool extends LargeWorkPool {
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** The threads of this process for large work. */
export const largeWorkProvider: Provider = {
  provide: LargeWorkPool,
  useFactory: () => new ClosingLargeWorkPool(),
};

/**
 * The core of a process that reads and changes panels, and the bus that its updates go out on.
 * @param queue the token of the queue of snapshots
 */
export function stateCoreProviders(
  service: ServiceContext,
  queue: symbol | (abstract new (...args: never[]) => SnapshotQueue),
): Provider[] {
  const { config, tracing } = service;
  return [
    { provide: EmbeddingRefreshes, useFactory: () => new EmbeddingRefreshes(service) },
    {
      provide: RedisUpdateBus,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new RedisUpdateBus(redis.main, redis.subscriber),
    },
    largeWorkProvider,
    {
      provide: PostgresPanelQuery,
      inject: [LargeWorkPool],
      useFactory: ({ work }: LargeWorkPool) =>
        new ClosingPanelQuery({
          url: config.DATABASE_URL,
          concurrency: config.QUERY_CONCURRENCY,
          timeoutMs: config.QUERY_TIMEOUT,
          large: work,
        }),
    },
    {
      provide: StateCore,
      inject: [
        DataSource,
        PostgresPanelQuery,
        RedisConnections,
        RedisUpdateBus,
        CORE_OBSERVER,
        queue,
        LargeWorkPool,
        EmbeddingRefreshes,
      ],
      useFactory: (
        source: DataSource,
        panelQuery: PostgresPanelQuery,
        redis: RedisConnections,
        bus: RedisUpdateBus,
        observer: ProcessObserver,
        waiting: SnapshotQueue,
        { work: large }: LargeWorkPool,
        refreshes: EmbeddingRefreshes,
      ) =>
        new ClosingStateCore({
          store: new PostgresPanelStore(source, large),
          history: new PostgresPanelHistory(source),
          cache: new RedisPanelCache(redis.cache, config.CACHE_TTL_SECONDS),
          turns: new PostgresTurnStore(source),
          proposals: new PostgresProposalStore(source),
          rules: new PostgresRuleStore(source),
          epochs: new PostgresCacheEpochs(source),
          fencing: new PostgresFencingTokens(source),
          feed: new PostgresChangeFeed(source, large),
          query: panelQuery,
          bus,
          observer,
          triggers: new SnapshotTriggers(
            {
              queue: waiting,
              coverage: new PostgresSnapshotCoverage(source),
              observer,
            },
            triggerRules(config),
          ),
          embeddings: refreshes.requests,
          limits: panelLimits(config),
          large,
          tracer: tracing?.tracer,
        }),
    },
  ];
}

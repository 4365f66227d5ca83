import path from 'node:path';
import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  type Config,
  HEALTH_CHECKS,
  type HealthChecks,
  SERVICE_VERSION,
  TokenVerifier,
  hintLog,
  panelLimits,
  triggerLog,
  redisAddress,
  tokenRules,
  triggerRules,
} from '@nexus-state/nest-kit';
import {
  AccessControl,
  Fetches,
  type SnapshotPorts,
  SnapshotTriggers,
  type SnapshotQueue,
  Snapshots,
  StateCore,
  Workspaces,
} from '@nexus-state/state-core';
import { BullmqSnapshotQueue } from '@nexus-state/state-core/bullmq';
import { GitCommitLog, GitFetchServer, GitSnapshotRepository } from '@nexus-state/state-core/git';
import {
  PostgresChangeFeed,
  PostgresPanelHistory,
  PostgresPanelQuery,
  PostgresPanelStore,
  PostgresSnapshotCoverage,
  PostgresSnapshotStore,
  PostgresWorkspaceReader,
  PostgresWorkspaceStore,
  PostgresWorkspaceWriter,
  postgresOptions,
} from '@nexus-state/state-core/postgres';
import {
  RedisPanelCache,
  RedisUpdateBus,
  openRedis,
  openRedisSubscriber,
} from '@nexus-state/state-core/redis';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { UPDATE_BUS } from './feed/feed.controller';
import { RESTORE_TOOLS, type RestoreTools } from './snapshots/restore.controller';
import { SNAPSHOT_QUEUE } from './snapshots/snapshot-queue.token';

/** What a restore needs at the same time. */
const connectionsPerRestore = 2;

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, DATABASE_TIMEOUT: timeoutMs } = config;
  const poolSize = Math.max(DATABASE_POOL_SIZE, connectionsPerRestore);
  return { ...postgresOptions({ url, poolSize, timeoutMs }), retryAttempts: 5, retryDelay: 1000 };
}

/** The connections to Redis, closed when the process ends. */
class RedisConnections {
  readonly main;
  readonly subscriber;
  readonly cache;

  constructor(config: Config) {
    this.main = openRedis(redisAddress(config));
    this.subscriber = openRedisSubscriber(redisAddress(config));
    this.cache = config.CACHE_REDIS_URL ? openRedis(config.CACHE_REDIS_URL) : this.main;
  }

  onApplicationShutdown(): void {
    this.main.disconnect();
    this.subscriber.disconnect();
    this.cache.disconnect();
  }
}

/** The queue of snapshots, closed first when the process ends: requests that wait for a snapshot are answered then. */
class ClosingSnapshotQueue extends BullmqSnapshotQueue {
  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

/** The core, which hands over what it holds before the database is closed. */
class ClosingStateCore extends StateCore {
  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

/** What snapshots are read from: the list in the database, and the repositories in the folder that the workers write. */
function snapshotPorts(config: Config, source: DataSource): SnapshotPorts {
  const root = path.resolve(config.GIT_WORKSPACE_ROOT);
  return {
    snapshots: new PostgresSnapshotStore(source),
    repository: new GitSnapshotRepository({ root }),
    commits: new GitCommitLog({ root }),
  };
}

/** The one place where ports meet their adapters. */
export function providersOf(config: Config, logger: Logger, version: string): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: TokenVerifier,
      useFactory: () => new TokenVerifier(tokenRules(config, logger)),
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
      provide: UPDATE_BUS,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new RedisUpdateBus(redis.main, redis.subscriber),
    },
    {
      provide: SNAPSHOT_QUEUE,
      useFactory: () =>
        new ClosingSnapshotQueue({
          url: redisAddress(config),
          prefix: config.QUEUE_PREFIX,
          onError: (error) => logger.warn({ err: error }, 'the queue is not reachable'),
        }),
    },
    {
      provide: Snapshots,
      inject: [DataSource, SNAPSHOT_QUEUE],
      useFactory: (source: DataSource, queue: SnapshotQueue) =>
        new Snapshots({
          queue,
          ...snapshotPorts(config, source),
          reader: new PostgresWorkspaceReader(source),
          store: new PostgresPanelStore(source),
          history: new PostgresPanelHistory(source),
          waitMs: config.SNAPSHOT_WAIT,
        }),
    },
    {
      provide: Fetches,
      useFactory: () => new Fetches(new GitFetchServer({ root: path.resolve(config.GIT_WORKSPACE_ROOT) })),
    },
    {
      provide: RESTORE_TOOLS,
      inject: [DataSource, SNAPSHOT_QUEUE],
      useFactory: (source: DataSource, queue: SnapshotQueue): RestoreTools => ({
        ...snapshotPorts(config, source),
        queue,
        writer: new PostgresWorkspaceWriter(source),
        waitMs: config.SNAPSHOT_WAIT,
      }),
    },
    {
      provide: Workspaces,
      inject: [PostgresWorkspaceStore, AccessControl, StateCore, SNAPSHOT_QUEUE],
      useFactory: (
        store: PostgresWorkspaceStore,
        access: AccessControl,
        core: StateCore,
        queue: SnapshotQueue,
      ) =>
        new Workspaces({
          store,
          access,
          clear: (workspace, actor) =>
            core.clearWorkspace({ workspace, actor, waitMs: config.SNAPSHOT_WAIT }, queue),
        }),
    },
    {
      provide: StateCore,
      inject: [DataSource, RedisConnections, UPDATE_BUS, SNAPSHOT_QUEUE],
      useFactory: (source: DataSource, redis: RedisConnections, bus: RedisUpdateBus, queue: SnapshotQueue) =>
        new ClosingStateCore({
          store: new PostgresPanelStore(source),
          history: new PostgresPanelHistory(source),
          cache: new RedisPanelCache(redis.cache, config.CACHE_TTL_SECONDS),
          feed: new PostgresChangeFeed(source),
          query: new PostgresPanelQuery(source),
          bus,
          observer: hintLog(logger),
          triggers: new SnapshotTriggers(
            { queue, coverage: new PostgresSnapshotCoverage(source), observer: triggerLog(logger) },
            triggerRules(config),
          ),
          limits: panelLimits(config),
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

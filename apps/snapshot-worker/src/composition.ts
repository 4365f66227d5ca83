import path from 'node:path';
import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  type Config,
  HEALTH_CHECKS,
  type HealthChecks,
  SERVICE_VERSION,
  hintLog,
  redisAddress,
} from '@nexus-state/nest-kit';
import { BullmqSnapshotWorker } from '@nexus-state/state-core/bullmq';
import { GitSnapshotRepository } from '@nexus-state/state-core/git';
import {
  PostgresSnapshotStore,
  PostgresWorkspaceLock,
  PostgresWorkspaceReader,
  postgresOptions,
} from '@nexus-state/state-core/postgres';
import { RedisUpdateBus, openRedis } from '@nexus-state/state-core/redis';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { SnapshotsProcessor } from './snapshots.processor';

/** What a snapshot needs at its peak: one connection holds the lock while another reads. */
const connectionsPerSnapshot = 2;
const snapshotsAtOnce = 2;

/** How long jobs in hand may go on after SIGTERM; with what letting go takes, the process ends within ten seconds. */
const finishMs = 5_000;

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, DATABASE_TIMEOUT: timeoutMs } = config;
  // One beside those of a snapshot: health is asked while it is taken.
  const poolSize = Math.max(DATABASE_POOL_SIZE, connectionsPerSnapshot + 1);
  return { ...postgresOptions({ url, poolSize, timeoutMs }), retryAttempts: 5, retryDelay: 1000 };
}

/** The connection to Redis that updates go out on and health is asked of, closed when the process ends. */
class RedisConnection {
  readonly client;

  constructor(config: Config) {
    this.client = openRedis(redisAddress(config));
  }

  onApplicationShutdown(): void {
    this.client.disconnect();
  }
}

/** The consumer of the queue. It lets go of its jobs before the connections they need are closed. */
class StoppingSnapshotWorker extends BullmqSnapshotWorker {
  onModuleDestroy(): Promise<void> {
    return this.close(finishMs);
  }
}

/** The one place where ports meet their adapters. */
export function providersOf(config: Config, logger: Logger, version: string): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: RedisConnection, useFactory: () => new RedisConnection(config) },
    {
      provide: SnapshotsProcessor,
      inject: [DataSource, RedisConnection],
      useFactory: (source: DataSource, redis: RedisConnection) =>
        new SnapshotsProcessor(
          {
            lock: new PostgresWorkspaceLock(source),
            reader: new PostgresWorkspaceReader(source),
            snapshots: new PostgresSnapshotStore(source),
            bus: new RedisUpdateBus(redis.client),
            observer: hintLog(logger),
            repository: new GitSnapshotRepository({ root: path.resolve(config.GIT_WORKSPACE_ROOT) }),
          },
          logger,
        ),
    },
    {
      provide: BullmqSnapshotWorker,
      inject: [SnapshotsProcessor],
      useFactory: (processor: SnapshotsProcessor) =>
        new StoppingSnapshotWorker({
          url: redisAddress(config),
          prefix: config.QUEUE_PREFIX,
          concurrency: Math.max(
            1,
            Math.min(snapshotsAtOnce, Math.floor(config.DATABASE_POOL_SIZE / connectionsPerSnapshot)),
          ),
          take: (request, signal) => processor.process(request, signal),
          onError: (error) => logger.warn({ err: error }, 'the queue is not reachable'),
        }),
    },
    {
      provide: HEALTH_CHECKS,
      inject: [DataSource, RedisConnection],
      useFactory: (source: DataSource, redis: RedisConnection): HealthChecks => ({
        database: async () => (await source.query('SELECT 1')).length === 1,
        redis: async () => (await redis.client.ping()) === 'PONG',
      }),
    },
  ];
}

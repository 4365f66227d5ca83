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
  Presence,
  SnapshotTriggers,
  StateCore,
  WorkspaceFeeds,
} from '@nexus-state/state-core';
import { BullmqSnapshotQueue } from '@nexus-state/state-core/bullmq';
import {
  PostgresChangeFeed,
  PostgresPanelHistory,
  PostgresPanelQuery,
  PostgresPanelStore,
  PostgresSnapshotCoverage,
  PostgresWorkspaceStore,
  postgresOptions,
} from '@nexus-state/state-core/postgres';
import {
  RedisPanelCache,
  RedisPresenceBoard,
  RedisUpdateBus,
  openRedis,
  openRedisSubscriber,
} from '@nexus-state/state-core/redis';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { ACCESS_INTERVAL, MEMBER_ROLES } from './connections/access-watch';
import { BacklogWatch } from './connections/backlog';
import type { ConnectionPorts } from './connections/connection';
import { CONNECTION_PORTS } from './connections/connections';
import { SWEEP_INTERVAL } from './updates/feed-sweeper';
import { LEASE_INTERVAL } from './updates/presence-keeper';
import { WEB_SOCKET_OPTIONS, type WebSocketOptions } from './web-socket/web-socket.door';

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE: poolSize, DATABASE_TIMEOUT: timeoutMs } = config;
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

/** The queue of snapshots, closed when no connection needs it any more. */
class ClosingSnapshotQueue extends BullmqSnapshotQueue {
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** The core, which hands over what it holds after the last message and before the database is closed. */
class ClosingStateCore extends StateCore {
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** The share of a lease after which it is renewed. */
const leaseShare = 1 / 4;

function connectionLimits(config: Config): ConnectionPorts['limits'] {
  const { REALTIME_QUEUE_BYTES: queueBytes, REALTIME_STALL_TIMEOUT: stallMs } = config;
  // The queue, and one message after it that begins within the bound; the same again for answers.
  const mostBytes = 2 * (queueBytes + config.MAX_STATE_BYTES + config.REALTIME_MESSAGE_BYTES);
  return {
    backlog: { queueBytes, mostBytes, stallMs },
    messagesPerSecond: config.REALTIME_MESSAGES_PER_SECOND,
    subscriptions: config.REALTIME_SUBSCRIPTIONS,
  };
}

function webSocketOptions(config: Config): WebSocketOptions {
  return { messageBytes: config.REALTIME_MESSAGE_BYTES, pingIntervalMs: config.REALTIME_PING_INTERVAL };
}

/** The one place where ports meet their adapters. */
export function providersOf(config: Config, logger: Logger, version: string): Provider[] {
  return [
    { provide: SERVICE_VERSION, useValue: version },
    { provide: SWEEP_INTERVAL, useValue: config.REALTIME_SWEEP_INTERVAL },
    { provide: LEASE_INTERVAL, useValue: config.REALTIME_PRESENCE_LEASE * leaseShare },
    { provide: ACCESS_INTERVAL, useValue: config.REALTIME_ACCESS_INTERVAL },
    { provide: WEB_SOCKET_OPTIONS, useValue: webSocketOptions(config) },
    { provide: RedisConnections, useFactory: () => new RedisConnections(config) },
    {
      provide: TokenVerifier,
      useFactory: () => new TokenVerifier(tokenRules(config, logger)),
    },
    {
      provide: MEMBER_ROLES,
      inject: [DataSource],
      useFactory: (source: DataSource) => new PostgresWorkspaceStore(source),
    },
    {
      provide: AccessControl,
      inject: [MEMBER_ROLES],
      useFactory: (store: PostgresWorkspaceStore) => new AccessControl(store),
    },
    {
      provide: RedisUpdateBus,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections) => new RedisUpdateBus(redis.main, redis.subscriber),
    },
    {
      provide: ClosingSnapshotQueue,
      useFactory: () =>
        new ClosingSnapshotQueue({
          url: redisAddress(config),
          prefix: config.QUEUE_PREFIX,
          onError: (error) => logger.warn({ err: error }, 'the queue is not reachable'),
        }),
    },
    {
      provide: StateCore,
      inject: [DataSource, RedisConnections, RedisUpdateBus, ClosingSnapshotQueue],
      useFactory: (
        source: DataSource,
        redis: RedisConnections,
        bus: RedisUpdateBus,
        queue: ClosingSnapshotQueue,
      ) =>
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
      provide: CONNECTION_PORTS,
      inject: [AccessControl, WorkspaceFeeds, Presence, TokenVerifier, StateCore],
      useFactory: (
        access: AccessControl,
        feeds: WorkspaceFeeds,
        presence: Presence,
        verifier: TokenVerifier,
        core: StateCore,
      ): ConnectionPorts => ({
        ...{ access, feeds, presence, verifier, core, logger },
        limits: connectionLimits(config),
        backlogs: new BacklogWatch(),
      }),
    },
    {
      provide: Presence,
      inject: [RedisConnections],
      useFactory: ({ main, subscriber }: RedisConnections) =>
        new Presence({
          board: new RedisPresenceBoard(main, subscriber, { leaseMs: config.REALTIME_PRESENCE_LEASE }),
          observer: hintLog(logger),
        }),
    },
    {
      provide: WorkspaceFeeds,
      inject: [DataSource, RedisUpdateBus],
      useFactory: (source: DataSource, bus: RedisUpdateBus) =>
        new WorkspaceFeeds({
          store: new PostgresPanelStore(source),
          bus,
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

import type { Provider } from '@nestjs/common';
import { type Config, type ProcessObserver, type ServiceContext, TokenVerifier } from '@nexus-state/nest-kit';
import { Admission, AuditLog, LiveHub, StateCore } from '@nexus-state/state-core';
import { BullmqSnapshotQueue } from '@nexus-state/bullmq';
import { PostgresChangeFeed, PostgresPanelStore, PostgresWorkspaceStore } from '@nexus-state/postgres';
import { RedisPresenceBoard, RedisUpdateBus } from '@nexus-state/redis';
import {
  LargeWorkPool,
  CORE_OBSERVER,
  RedisConnections,
  accessProviders,
  auditProviders,
  databaseOptions,
  ownerStoresProvider,
  processProviders,
  queueLocation,
  stateCoreProviders,
} from '@nexus-state/wiring';
import { OwnerStores } from '@nexus-state/store';
import { DataSource } from 'typeorm';
import { ACCESS_INTERVAL, MEMBER_ROLES } from './connections/access-watch';
import { BacklogWatch } from './connections/backlog';
import type { ConnectionPorts } from './connections/connection-ports';
import { CONNECTION_PORTS } from './connections/connections';
import { connectionMetrics } from './metrics/connection-metrics';
import { HUB_INTERVALS, type HubIntervals } from './updates/hub-maintenance';
import { WEB_SOCKET_OPTIONS, type WebSocketOptions } from './web-socket/web-socket.door';

/** The queue of snapshots, closed when no connection needs it any more. */
class ClosingSnapshotQueue extends BullmqSnapshotQueue {
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

export { databaseOptions };

/** The share of a lease after which it is renewed. */
const leaseShare = 1 / 4;

function connectionLimits(config: Config): ConnectionPorts['limits'] {
  const { REALTIME_QUEUE_BYTES: queueBytes, REALTIME_STALL_TIMEOUT: stallMs } = config;
  // The queue, and one message after it that begins within the bound; the same again for replies.
  const maxBytes = 2 * (queueBytes + config.MAX_STATE_BYTES + config.REALTIME_MESSAGE_BYTES);
  return {
    backlog: { queueBytes, maxBytes, stallMs },
    messagesPerSecond: config.REALTIME_MESSAGES_PER_SECOND,
    subscriptions: config.REALTIME_SUBSCRIPTIONS,
  };
}

function hubIntervals(config: Config): HubIntervals {
  const { REALTIME_SWEEP_INTERVAL: sweepMs, REALTIME_PRESENCE_LEASE } = config;
  return { sweepMs, leaseMs: REALTIME_PRESENCE_LEASE * leaseShare };
}

function webSocketOptions(config: Config): WebSocketOptions {
  return {
    messageBytes: config.REALTIME_MESSAGE_BYTES,
    pingIntervalMs: config.REALTIME_PING_INTERVAL,
    origins: config.CORS_ORIGINS,
  };
}

/** The one place where ports meet their adapters. */
export function providersOf(service: ServiceContext): Provider[] {
  const { config, logger, metrics } = service;
  return [
    ...processProviders(service),
    ...accessProviders(service),
    ...auditProviders(service),
    ...stateCoreProviders(service, ClosingSnapshotQueue),
    ownerStoresProvider(config, { encrypts: false }),
    { provide: HUB_INTERVALS, useValue: hubIntervals(config) },
    { provide: ACCESS_INTERVAL, useValue: config.REALTIME_ACCESS_INTERVAL },
    { provide: WEB_SOCKET_OPTIONS, useValue: webSocketOptions(config) },
    { provide: MEMBER_ROLES, useExisting: PostgresWorkspaceStore },
    { provide: ClosingSnapshotQueue, useFactory: () => new ClosingSnapshotQueue(queueLocation(service)) },
    {
      provide: CONNECTION_PORTS,
      inject: [Admission, LiveHub, TokenVerifier, StateCore, OwnerStores, AuditLog],
      useFactory: (
        admission: Admission,
        hub: LiveHub,
        verifier: TokenVerifier,
        core: StateCore,
        keys: OwnerStores,
        audit: AuditLog,
      ): ConnectionPorts => ({
        ...{ admission, hub, verifier, core, keys, audit, logger },
        limits: connectionLimits(config),
        backlogs: new BacklogWatch(),
        observer: connectionMetrics(metrics),
      }),
    },
    {
      provide: LiveHub,
      inject: [DataSource, RedisConnections, RedisUpdateBus, CORE_OBSERVER, LargeWorkPool],
      useFactory: (
        source: DataSource,
        { main, subscriber }: RedisConnections,
        bus: RedisUpdateBus,
        observer: ProcessObserver,
        { work }: LargeWorkPool,
      ) =>
        new LiveHub({
          store: new PostgresPanelStore(source, work),
          feed: new PostgresChangeFeed(source, work),
          bus,
          board: new RedisPresenceBoard(main, subscriber, { leaseMs: config.REALTIME_PRESENCE_LEASE }),
          observer,
        }),
    },
  ];
}

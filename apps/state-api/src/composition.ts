import path from 'node:path';
import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { Config, ServiceContext } from '@nexus-state/nest-kit';
import {
  AccessControl,
  Contexts,
  GitFetches,
  type SnapshotPorts,
  type SnapshotQueue,
  Snapshots,
  StateCore,
  Workspaces,
  guardedWriter,
} from '@nexus-state/state-core';
import { BullmqSnapshotQueue } from '@nexus-state/bullmq';
import { GitCommitLog, GitFetchServer, GitSnapshotRepository } from '@nexus-state/git';
import {
  PostgresKeyGuards,
  PostgresKeyStore,
  PostgresChangeFeed,
  PostgresPanelHistory,
  PostgresPanelStore,
  PostgresSnapshotStore,
  PostgresWorkspaceReader,
  PostgresWorkspaceStore,
  PostgresWorkspaceWriter,
} from '@nexus-state/postgres';
import {
  LargeWorkPool,
  RedisConnections,
  accessProviders,
  auditProviders,
  databaseOptions as optionsOf,
  lockProviders,
  ownerStoresProvider,
  processProviders,
  queueLocation,
  stateCoreProviders,
  embeddingsOf,
} from '@nexus-state/wiring';
import { TokenizerPool } from '@nexus-state/language';
import { RedisPresenceBoard } from '@nexus-state/redis';
import { OwnerStores } from '@nexus-state/store';
import type { PostgresStore } from '@nexus-state/store/postgres';
import { DataSource } from 'typeorm';
import { GuardedWrites } from './keys/guarded-writes';
import { GRPC_DOOR, GrpcDoor } from './grpc/grpc-door';
import { mcpProviders } from './mcp/mcp-providers';
import { OwnerKeys } from './keys/owner-keys';
import { SNAPSHOT_QUEUE } from './snapshots/snapshot-queue.token';

/** What a restore needs at the same time. */
const connectionsPerRestore = 2;

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  return optionsOf(config, connectionsPerRestore);
}

/** The queue of snapshots, closed first when the process ends: requests that wait for a snapshot are answered then. */
class ClosingSnapshotQueue extends BullmqSnapshotQueue {
  onModuleDestroy(): Promise<void> {
    return this.close();
  }
}

/** What snapshots are read from: the list in the database, and the repositories in the folder that the workers write. */
function snapshotPorts(config: Config, source: DataSource): Omit<SnapshotPorts, 'large'> {
  const root = path.resolve(config.GIT_WORKSPACE_ROOT);
  return {
    snapshots: new PostgresSnapshotStore(source),
    repository: new GitSnapshotRepository({ root }),
    commits: new GitCommitLog({ root }),
  };
}

/** Counts tokens in a thread, which ends after the last request. */
class ClosingTokenizerPool extends TokenizerPool {
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** The one place where ports meet their adapters. */
export function providersOf(service: ServiceContext): Provider[] {
  const { config } = service;
  return [
    ...processProviders(service),
    ...accessProviders(service),
    ...auditProviders(service),
    ...stateCoreProviders(service, SNAPSHOT_QUEUE),
    ...lockProviders(),
    ...mcpProviders(service),
    { provide: GRPC_DOOR, useFactory: () => new GrpcDoor(service) },
    ownerStoresProvider(config, { encrypts: true }),
    {
      provide: OwnerKeys,
      inject: [OwnerStores, DataSource],
      useFactory: (stores: OwnerStores<PostgresStore>, source: DataSource) =>
        new OwnerKeys(stores, new GuardedWrites(new PostgresKeyGuards(source))),
    },
    { provide: SNAPSHOT_QUEUE, useFactory: () => new ClosingSnapshotQueue(queueLocation(service)) },
    {
      provide: Snapshots,
      inject: [DataSource, SNAPSHOT_QUEUE, StateCore, LargeWorkPool],
      useFactory: (
        source: DataSource,
        queue: SnapshotQueue,
        core: StateCore,
        { work: large }: LargeWorkPool,
      ) =>
        new Snapshots({
          queue,
          feed: new PostgresChangeFeed(source, large),
          keys: new PostgresKeyStore(source),
          writer: guardedWriter(new PostgresWorkspaceWriter(source, large), core.approval),
          proposer: core.proposals,
          admitToTurn: (...change) => core.turns.admit(...change),
          changes: core.bulkChanges,
          ...snapshotPorts(config, source),
          reader: new PostgresWorkspaceReader(source, large),
          large,
          store: new PostgresPanelStore(source, large),
          history: new PostgresPanelHistory(source),
          waitMs: config.SNAPSHOT_WAIT,
        }),
    },
    { provide: TokenizerPool, useFactory: () => new ClosingTokenizerPool() },
    {
      provide: Contexts,
      inject: [DataSource, LargeWorkPool, TokenizerPool, RedisConnections],
      useFactory: (
        source: DataSource,
        { work: large }: LargeWorkPool,
        tokenizer: TokenizerPool,
        redis: RedisConnections,
      ) =>
        new Contexts({
          store: new PostgresPanelStore(source, large),
          history: new PostgresPanelHistory(source),
          reader: new PostgresWorkspaceReader(source, large),
          feed: new PostgresChangeFeed(source, large),
          large,
          tokenizer,
          embeddings: embeddingsOf(service, source, config.EMBEDDINGS_TIMEOUT),
          presence: new RedisPresenceBoard(redis.main, redis.subscriber, {
            leaseMs: config.REALTIME_PRESENCE_LEASE,
          }),
        }),
    },
    {
      provide: GitFetches,
      useFactory: () => new GitFetches(new GitFetchServer({ root: path.resolve(config.GIT_WORKSPACE_ROOT) })),
    },
    {
      provide: Workspaces,
      inject: [PostgresWorkspaceStore, AccessControl, Snapshots],
      useFactory: (store: PostgresWorkspaceStore, access: AccessControl, snapshots: Snapshots) =>
        new Workspaces({ store, access, clear: (workspace, actor) => snapshots.clear({ workspace, actor }) }),
    },
  ];
}

import path from 'node:path';
import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { Config, ServiceContext } from '@nexus-state/nest-kit';
import {
  AccessControl,
  GitFetches,
  type SnapshotPorts,
  type SnapshotQueue,
  Snapshots,
  StateCore,
  Workspaces,
} from '@nexus-state/state-core';
import { BullmqSnapshotQueue } from '@nexus-state/bullmq';
import { GitCommitLog, GitFetchServer, GitSnapshotRepository } from '@nexus-state/git';
import {
  PostgresKeyStore,
  PostgresPanelHistory,
  PostgresPanelStore,
  PostgresSnapshotStore,
  PostgresWorkspaceReader,
  PostgresWorkspaceStore,
  PostgresWorkspaceWriter,
} from '@nexus-state/postgres';
import {
  LargeWorkPool,
  accessProviders,
  databaseOptions as optionsOf,
  lockProviders,
  processProviders,
  queueLocation,
  stateCoreProviders,
} from '@nexus-state/wiring';
import { OwnerStores } from '@nexus-state/store';
import { PostgresStores } from '@nexus-state/store/postgres';
import { DataSource } from 'typeorm';
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

/** The stores of keys, whose connections are closed after the last request. */
class ClosingOwnerStores extends OwnerStores {
  constructor(private readonly stores: PostgresStores) {
    super((owner) => stores.store(owner));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
    await this.stores.close();
  }
}

/** Keys in the tables that the service's own migrations make. */
async function ownerStores(config: Config): Promise<OwnerStores> {
  const stores = await PostgresStores.open({
    connectionString: config.DATABASE_URL,
    poolSize: config.KEYS_POOL_SIZE,
    timeoutMs: config.DATABASE_TIMEOUT,
    retention: { maxChanges: config.KEYS_MAX_CHANGES, maxAgeMs: config.KEYS_MAX_AGE },
    migrate: false,
  });
  return new ClosingOwnerStores(stores);
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

/** The one place where ports meet their adapters. */
export function providersOf(service: ServiceContext): Provider[] {
  const { config } = service;
  return [
    ...processProviders(service),
    ...accessProviders(service),
    ...stateCoreProviders(service, SNAPSHOT_QUEUE),
    ...lockProviders(),
    { provide: OwnerStores, useFactory: () => ownerStores(config) },
    {
      provide: OwnerKeys,
      inject: [OwnerStores],
      useFactory: (stores: OwnerStores) => new OwnerKeys(stores),
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
          keys: new PostgresKeyStore(source),
          writer: new PostgresWorkspaceWriter(source, large),
          changes: core.bulkChanges,
          ...snapshotPorts(config, source),
          reader: new PostgresWorkspaceReader(source, large),
          large,
          store: new PostgresPanelStore(source, large),
          history: new PostgresPanelHistory(source),
          waitMs: config.SNAPSHOT_WAIT,
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

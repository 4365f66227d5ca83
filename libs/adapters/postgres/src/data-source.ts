import type { PoolConfig } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { PanelStateRow } from './entities/panel-state.entity';
import { StateHistoryRow } from './entities/state-history.entity';
import { StateSnapshotRow } from './entities/state-snapshot.entity';
import { PanelsHistorySnapshots1700000000001 } from './migrations/001-panels-history-snapshots';
import { Workspaces1700000000002 } from './migrations/002-workspaces';
import { SnapshotCoverage1700000000003 } from './migrations/003-snapshot-coverage';
import { LeanerIndexes1700000000004 } from './migrations/004-leaner-indexes';
import { AutomaticSnapshots1700000000005 } from './migrations/005-automatic-snapshots';
import { IdempotencyKeys1700000000006 } from './migrations/006-idempotency-keys';
import { CacheEpoch1700000000007 } from './migrations/007-cache-epoch';
import { Keys1700000000008 } from './migrations/008-keys';
import { LockTokens1700000000009 } from './migrations/009-lock-tokens';
import { Revisions1700000000010 } from './migrations/010-revisions';
import { SensitiveKeys1700000000011 } from './migrations/011-sensitive-keys';
import { AuditRecords1700000000012 } from './migrations/012-audit-records';
import { Turns1700000000013 } from './migrations/013-turns';
import { Embeddings1700000000014 } from './migrations/014-embeddings';
import { AppendOfOwner1700000000015 } from './migrations/015-append-of-owner';
import { AppendFromLists1700000000016 } from './migrations/016-append-from-lists';
import { FasterCompression1700000000017 } from './migrations/017-faster-compression';
import type { Distribution } from './distribution';

/** Where PostgreSQL is and how it is used. */
export interface PostgresOptions {
  readonly url: string;
  /** Connections of this process. */
  readonly poolSize?: number;
  /** How long a statement, or the wait for a connection, may take. */
  readonly timeoutMs?: number;
  /** How its tables are spread over several machines; `none` where not given. */
  readonly distribution?: Distribution;
}

/** The options of a TypeORM data source with our entities and migrations. Nothing is migrated at start. */
export function postgresOptions({
  url,
  poolSize = 10,
  timeoutMs = 5_000,
  distribution = 'none',
}: PostgresOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    applicationName: 'nexus-state',
    connectTimeoutMS: timeoutMs,
    entities: [PanelStateRow, StateHistoryRow, StateSnapshotRow],
    migrations: [
      PanelsHistorySnapshots1700000000001,
      Workspaces1700000000002,
      SnapshotCoverage1700000000003,
      LeanerIndexes1700000000004,
      AutomaticSnapshots1700000000005,
      IdempotencyKeys1700000000006,
      CacheEpoch1700000000007,
      Keys1700000000008,
      LockTokens1700000000009,
      Revisions1700000000010,
      SensitiveKeys1700000000011,
      AuditRecords1700000000012,
      Turns1700000000013,
      Embeddings1700000000014,
      AppendOfOwner1700000000015,
      AppendFromLists1700000000016,
      FasterCompression1700000000017,
    ],
    migrationsTableName: 'schema_migrations',
    // The driver passes by what it does not know.
    extra: { ...connectionOptions(timeoutMs), distribution },
  };
}

/** The options of a pool beside the data source, for statements of one kind. The server ends them in time, if it can. */
export function poolOptions({ url, poolSize = 10, timeoutMs = 5_000 }: PostgresOptions): PoolConfig {
  return {
    ...connectionOptions(timeoutMs),
    connectionString: url,
    max: poolSize,
    application_name: 'nexus-state',
    connectionTimeoutMillis: connectMs,
    query_timeout: timeoutMs + graceMs,
  };
}

/** How long a connection may take, and how much longer than the server a client waits for a statement to end. */
const connectMs = 5_000;
const graceMs = 1_000;

function connectionOptions(timeoutMs: number) {
  return {
    // On the client too: a frozen server does not end its own statements.
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    keepAlive: true,
    options: '-c timezone=UTC',
  };
}

/** A data source for what is not a Nest application: the migration command and tests. */
export function postgresDataSource(options: PostgresOptions): DataSource {
  return new DataSource(postgresOptions(options));
}

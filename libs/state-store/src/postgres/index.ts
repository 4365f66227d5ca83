export { keyDistribution } from './distribution';
export { type KeyMigration, keyMigrations } from './migrations';
export type { Run } from './connection';
export { migrate } from './migrate';
export { reencrypt } from './reencrypt';
export type { OwnerSignals } from './owner-signals';
export type { Complete } from './postgres-writer';
export {
  type PostgresOptions,
  PostgresStore,
  type PostgresStoreOptions,
  PostgresStores,
} from './postgres-stores';

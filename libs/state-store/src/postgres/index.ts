export { type KeyMigration, keyMigrations } from './migrations';
export { migrate } from './migrate';
export type { OwnerSignals } from './owner-signals';
export {
  type PostgresOptions,
  PostgresStore,
  type PostgresStoreOptions,
  PostgresStores,
} from './postgres-stores';

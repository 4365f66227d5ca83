import { type Retention, defaultRetention } from '../store/backend';
import { LocalStore } from '../store/local-store';
import { Maintenance } from '../store/maintenance';
import { SqliteBackend } from './sqlite-backend';
import { SqliteFile } from './sqlite-file';

export interface SqliteStoreOptions {
  /** How many changes are kept for watches. */
  readonly retention?: Retention;
  /** How often watches look for writes of other processes, in milliseconds; 10 where not given. */
  readonly pollIntervalMs?: number;
  /** How long to wait for other processes, in milliseconds; 10,000 where not given. */
  readonly patienceMs?: number;
}

/** The longest pause between two looks for keys whose time has passed, which another process may have written. */
const sweepIntervalMs = 1_000;

/**
 * Keys in one SQLite file. Every acknowledged write is on the disk; several processes of one machine may use the file.
 * Not for network file systems: their locks do not hold.
 */
export class SqliteStore extends LocalStore {
  private constructor(file: SqliteFile, options: SqliteStoreOptions) {
    const retention = { ...defaultRetention, ...options.retention };
    const backend = new SqliteBackend(file, retention, options.pollIntervalMs ?? 10);
    super(backend, (write) => new Maintenance(backend, write, { retention, sweepIntervalMs }));
  }

  /**
   * Opens a file; creates it, and its folder, where they are not there.
   * @throws StoreUnavailableError for a file that cannot be opened, or is no database
   */
  static async open(file: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    return new SqliteStore(await SqliteFile.open(file, options.patienceMs ?? 10_000), options);
  }
}

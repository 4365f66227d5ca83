import { type Encryption, type SecretUnreadableError, noCipher, onlyOwner } from '../model';
import type { ReencryptOptions, ReencryptProgress } from '../secrets';
import { type Retention, defaultRetention } from '../store/backend';
import { LocalStore } from '../store/local-store';
import { Maintenance } from '../store/maintenance';
import { pause } from '../watch/backoff';
import { SqliteBackend } from './sqlite-backend';
import { SqliteFile } from './sqlite-file';

export interface SqliteStoreOptions {
  /** How many changes are kept for watches. */
  readonly retention?: Retention;
  /** The keys that sensitive values are encrypted with: a `KeyRing`. Without it, sensitive values are refused. */
  readonly encryption?: Encryption;
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
  readonly #backend: SqliteBackend;

  private constructor(file: SqliteFile, options: SqliteStoreOptions) {
    const retention = { ...defaultRetention, ...options.retention };
    const cipher = options.encryption?.cipherOf(onlyOwner) ?? noCipher;
    const backend = new SqliteBackend(file, retention, options.pollIntervalMs ?? 10, cipher);
    super(backend, (write) => new Maintenance(backend, write, { retention, sweepIntervalMs }), cipher);
    this.#backend = backend;
  }

  /**
   * Encrypts the sensitive values anew that are not under the newest key of a ring. Versions and revisions stay, and watches see
   * nothing of it. Other processes may use the file meanwhile; ended in the middle, the next call goes on with the rest.
   * @throws StoreUnavailableError; StoreClosedError; the reason of the signal
   */
  async reencrypt(options: ReencryptOptions): Promise<ReencryptProgress> {
    const { ring, batchSize = 100, pauseMs = 10, signal, onProgress } = options;
    const total = await this.#backend.countOutdated(ring);
    const unreadable: SecretUnreadableError[] = [];
    const onUnreadable = (error: SecretUnreadableError) => void unreadable.push(error);
    for (let [after, done] = ['', 0]; ;) {
      signal?.throwIfAborted();
      const batch = await this.#backend.reencrypt(ring, after, batchSize, onUnreadable);
      done += batch.done;
      const progress = { total: Math.max(total, done + unreadable.length), done, unreadable };
      onProgress?.(progress);
      if (batch.last === undefined) return progress;
      after = batch.last;
      await pause(pauseMs);
    }
  }

  /**
   * Opens a file; creates it, and its folder, where they are not there.
   * @throws StoreUnavailableError for a file that cannot be opened, or is no database
   */
  static async open(file: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    return new SqliteStore(await SqliteFile.open(file, options.patienceMs ?? 10_000), options);
  }
}

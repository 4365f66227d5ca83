import { Pool } from 'pg';
import {
  type Cipher,
  type Encryption,
  InvalidArgumentError,
  type Receipt,
  type WriteRequest,
  noCipher,
} from '../model';
import { type Retention, defaultRetention } from '../store/backend';
import { LocalStore } from '../store/local-store';
import { migrate } from './migrate';
import type { OwnerSignals } from './owner-signals';
import { PostgresBackend } from './postgres-backend';
import { PostgresSignals } from './postgres-signals';
import { PostgresUpkeep } from './postgres-upkeep';
import { type Complete, PostgresWriter } from './postgres-writer';

export interface PostgresOptions {
  /** As `postgres://user:password@host:5432/database`. Without it there has to be a pool, and LISTEN is not used. */
  readonly connectionString?: string;
  /** The connections to use, which stay open afterwards; else the store makes its own. */
  readonly pool?: Pool;
  /** How many changes of an owner are kept for watches. */
  readonly retention?: Retention;
  /** The keys that sensitive values are encrypted with: a `KeyRing`. Without it, sensitive values are refused. */
  readonly encryption?: Encryption;
  /** Connections of the pool; 10 where not given. */
  readonly poolSize?: number;
  /** How long a statement of the pool may take, in milliseconds; 30,000 where not given. */
  readonly timeoutMs?: number;
  /** Whether to LISTEN for changes of other processes. Say no behind a pooler of transactions; watches are slower then. */
  readonly listen?: boolean;
  /** Whether to bring the schema up to date first; true where not given. */
  readonly migrate?: boolean;
  /** What tells of changes, where it is not PostgreSQL itself. */
  readonly signals?: OwnerSignals;
}

/** The pause between two looks for changes that no notification told of. */
const pollMs = { listening: 1_000, alone: 100 };
const connectMs = 10_000;

/** The keys of many owners in one database: one pool, one listener and one upkeep for all of them. */
export class PostgresStores {
  readonly #signals: OwnerSignals;
  readonly #upkeep: PostgresUpkeep;
  readonly #encryption: Encryption | undefined;
  readonly #open = new Set<PostgresStore>();

  private constructor(
    private readonly pool: Pool,
    private readonly ownsPool: boolean,
    { connectionString, listen = true, signals, retention, encryption }: PostgresOptions,
  ) {
    this.#encryption = encryption;
    const listens = listen && connectionString !== undefined;
    this.#signals =
      signals ??
      new PostgresSignals(
        pool,
        listens ? { connectionString, connectionTimeoutMillis: connectMs, keepAlive: true } : undefined,
        listens ? pollMs.listening : pollMs.alone,
      );
    const kept = { ...defaultRetention, ...retention };
    this.#upkeep = new PostgresUpkeep(pool, (owner, keys) => this.#expire(owner, keys), kept);
  }

  /**
   * Connects, and brings the schema up to date.
   * @throws StoreUnavailableError
   */
  static async open(options: PostgresOptions): Promise<PostgresStores> {
    const pool = options.pool ?? ownPool(options);
    try {
      if (options.migrate !== false) await migrate(pool);
      return new PostgresStores(pool, options.pool === undefined, options);
    } catch (error) {
      if (options.pool === undefined) await pool.end();
      throw error;
    }
  }

  /**
   * The keys of one owner. Close it when it is no longer needed.
   * @param owner 1 to 256 characters, none of them U+0000
   * @throws InvalidArgumentError
   */
  store(owner: string): PostgresStore {
    return this.#storeOf(owner, async () => undefined);
  }

  /** The keys of one owner, whose store closes all of this with it. */
  onlyStore(owner: string): PostgresStore {
    return this.#storeOf(owner, () => this.close());
  }

  /** Closes all stores, and the connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((store) => store.close()));
    await this.#upkeep.close();
    await this.#signals.close();
    if (this.ownsPool) await this.pool.end();
  }

  #storeOf(owner: string, onClose: () => Promise<void>): PostgresStore {
    checkOwner(owner);
    const cipher = this.#encryption?.cipherOf(owner) ?? noCipher;
    const ended = () => {
      this.#open.delete(store);
      return onClose();
    };
    const backend = new PostgresBackend(this.pool, owner, this.#signals, ended, cipher);
    const upkeep = {
      written: (request: WriteRequest) => this.#upkeep.written(owner, request),
      close: () => Promise.resolve(),
    };
    const store = new PostgresStore(backend, () => upkeep, cipher);
    this.#open.add(store);
    return store;
  }

  async #expire(owner: string, keys: readonly string[]): Promise<void> {
    const requests = keys.map((key) => ({ checks: [], writes: [{ type: 'expire' as const, key }] }));
    const { wrote } = await new PostgresWriter(this.pool, owner, noCipher).commit(requests);
    if (wrote) this.#signals.announce(owner);
  }
}

export interface PostgresStoreOptions extends PostgresOptions {
  /** Whose keys; `default` where not given. */
  readonly owner?: string;
}

/** The keys of one owner in PostgreSQL. */
export class PostgresStore extends LocalStore {
  readonly #backend: PostgresBackend;

  /** @internal Open it with `open`, or through `PostgresStores`. */
  constructor(backend: PostgresBackend, upkeep: ConstructorParameters<typeof LocalStore>[1], cipher: Cipher) {
    super(backend, upkeep, cipher);
    this.#backend = backend;
  }

  /**
   * Does a checked request together with more in one transaction of the database: both happen, or neither. Writes of the owner wait
   * meanwhile, so it should be short.
   * @param complete runs after the write and before the commit, on the connection of the transaction; what it throws rolls back
   * @throws VersionConflictError, KeyNotFoundError, NotJsonError, StoreUnavailableError, StoreClosedError; what `complete` throws
   */
  writeWith(request: WriteRequest, complete: Complete): Promise<Receipt> {
    return this.writing(request, () => this.#backend.commitWith(request, complete));
  }

  /**
   * Connects, and brings the schema up to date. Closing the store closes its connections. For many owners see `PostgresStores`.
   * @throws StoreUnavailableError
   * @throws InvalidArgumentError
   */
  static async open({ owner = 'default', ...options }: PostgresStoreOptions): Promise<PostgresStore> {
    checkOwner(owner);
    return (await PostgresStores.open(options)).onlyStore(owner);
  }
}

function ownPool({ connectionString, poolSize = 10, timeoutMs = 30_000 }: PostgresOptions): Pool {
  if (connectionString === undefined) {
    throw new InvalidArgumentError('connectionString', 'give the address of the database, or a pool.');
  }
  const pool = new Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    query_timeout: timeoutMs,
  });
  // A connection that is lost while nobody uses it is opened anew with the next statement.
  pool.on('error', () => undefined);
  return pool;
}

function checkOwner(owner: string): void {
  const isName = typeof owner === 'string' && owner.isWellFormed() && !owner.includes('\u0000');
  if (!isName || owner === '' || owner.length > 256) {
    throw new InvalidArgumentError('owner', 'give 1 to 256 characters, none of them U+0000.');
  }
}

import type { JsonValue } from '@nexus-state/documents';
import {
  type Cipher,
  type Receipt,
  type Row,
  StoreClosedError,
  UnsupportedValueError,
  type Value,
  VersionConflictError,
  type WriteRequest,
  checkKey,
  checkPrefix,
  decodeJson,
  isBytes,
  noCipher,
  readPattern,
} from '../model';
import { type Watch, WatchHub } from '../watch';
import type { Backend } from './backend';
import type { Capabilities } from './capabilities';
import { KeyList, type KeyPage, type PageOptions } from './key-list';
import {
  deleteWrite,
  mergeWrite,
  setWrite,
  transactionRequest,
  transactionResult,
  versionCheck,
} from './requests';
import { entryOf, cursorAfterKey, listedKeyOf, readLimit, readListCursor } from './shapes';
import type {
  Entry,
  ListOptions,
  SetOptions,
  StateStore,
  TransactionOperation,
  TransactionResult,
  TtlOptions,
  WatchOptions,
} from './state-store';
import type { Upkeep } from './upkeep';
import { WriteQueue } from './write-queue';

/** A store on a backend of this process: memory, a file, a database. */
export class LocalStore implements StateStore {
  readonly #hub: WatchHub;
  readonly #queue: WriteQueue;
  readonly #upkeep: Upkeep;
  /** Writes that the queue does not have. */
  readonly #beside = new Set<Promise<Receipt>>();
  #closed: Promise<void> | undefined;

  /**
   * @param upkeep makes what works beside the callers; it writes through what it is given
   * @param cipher opens what the backend sealed
   */
  constructor(
    private readonly backend: Backend,
    upkeep: (write: (request: WriteRequest) => Promise<Receipt>) => Upkeep,
    private readonly cipher: Cipher = noCipher,
  ) {
    this.#hub = new WatchHub(backend);
    this.#queue = new WriteQueue(async (requests) => {
      await this.#hub.begun();
      return backend.commit(requests);
    });
    this.#upkeep = upkeep((request) => this.#commit(request));
  }

  get capabilities(): Capabilities {
    return this.backend.capabilities;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    if (this.backend.readBytes) {
      this.#checkRead(key);
      const bytes = await this.backend.readBytes(key);
      if (bytes !== 'sealed') return bytes;
    }
    const row = await this.#read(key);
    const value = row && this.#opened(row).value;
    return value && new Uint8Array(value.bytes);
  }

  async getJson<T = JsonValue>(key: string): Promise<T | undefined> {
    const row = await this.#read(key);
    const value = row && this.#opened(row).value;
    return value && (decodeJson(key, value) as T);
  }

  async getEntry(key: string): Promise<Entry | undefined> {
    const row = await this.#read(key);
    return row && entryOf(this.#opened(row));
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#read(key)) !== undefined;
  }

  async version(key: string): Promise<number> {
    return (await this.#read(key))?.version ?? 0;
  }

  async set(key: string, bytes: Uint8Array, options?: SetOptions): Promise<number> {
    if (!isBytes(bytes)) {
      throw new UnsupportedValueError(
        'set() takes bytes (a Uint8Array or Buffer). Write JSON with setJson().',
      );
    }
    return this.#writeOne({ checks: [], writes: [setWrite(key, bytes, options)] });
  }

  async setJson(key: string, value: JsonValue, options?: SetOptions): Promise<number> {
    return this.#writeOne({ checks: [], writes: [setWrite(key, json(value), options)] });
  }

  async update(key: string, partial: JsonValue, options?: TtlOptions): Promise<number> {
    return this.#writeOne({ checks: [], writes: [mergeWrite(key, json(partial), options)] });
  }

  async delete(key: string): Promise<boolean> {
    const { results } = await this.write({ checks: [], writes: [deleteWrite(key)] });
    return results[0]?.existed === true;
  }

  async compareAndSet(
    key: string,
    expectedVersion: number,
    value: Value,
    options?: SetOptions,
  ): Promise<number> {
    const checks = [versionCheck(key, expectedVersion)];
    return this.#writeOne({ checks, writes: [setWrite(key, value, options)] });
  }

  async createIfNotExists(key: string, value: Value, options?: SetOptions): Promise<number | undefined> {
    try {
      return await this.compareAndSet(key, 0, value, options);
    } catch (error) {
      if (error instanceof VersionConflictError) return undefined;
      throw error;
    }
  }

  async transaction(operations: readonly TransactionOperation[]): Promise<TransactionResult> {
    return transactionResult(operations, await this.write(transactionRequest(operations)));
  }

  /**
   * Does a request that was checked, and tells its revision: for a service that answers with it.
   * @throws VersionConflictError, KeyNotFoundError, NotJsonError, StoreUnavailableError, StoreClosedError
   */
  write(request: WriteRequest): Promise<Receipt> {
    if (this.#closed) return Promise.reject(new StoreClosedError());
    return this.#commit(request);
  }

  /**
   * Does a request in another way than through the queue of writes: beside those that wait there, and in no order with them.
   * @throws StoreClosedError; what `commit` throws
   */
  protected async writing(request: WriteRequest, commit: () => Promise<Receipt>): Promise<Receipt> {
    if (this.#closed) throw new StoreClosedError();
    const written = this.#hub.begun().then(commit);
    this.#beside.add(written);
    try {
      return this.#written(request, await written);
    } finally {
      this.#beside.delete(written);
    }
  }

  list(prefix: string, { values = false, ...page }: ListOptions = {}): KeyList {
    return new KeyList((options) => this.#page(prefix, options, values), page);
  }

  watch(pattern: string, { since, signal }: WatchOptions = {}): Watch {
    if (this.#closed) throw new StoreClosedError();
    return this.#hub.watch(readPattern(pattern), since, signal);
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#hub.end(new StoreClosedError());
    await this.#upkeep.close();
    await this.#queue.close();
    await Promise.allSettled(this.#beside);
    await this.backend.close();
  }

  async #commit(request: WriteRequest): Promise<Receipt> {
    return this.#written(request, await this.#queue.write(request));
  }

  #written(request: WriteRequest, receipt: Receipt): Receipt {
    this.#hub.wake();
    this.#upkeep.written(request);
    return receipt;
  }

  async #writeOne(request: WriteRequest): Promise<number> {
    return (await this.write(request)).results[0]?.version as number;
  }

  #read(key: string): Promise<Row | undefined> {
    this.#checkRead(key);
    return this.backend.read(key);
  }

  #checkRead(key: string): void {
    checkKey(key);
    if (this.#closed) throw new StoreClosedError();
  }

  /** A row with its value in clear. */
  #opened(row: Row): Row {
    return row.sensitive && row.value ? { ...row, value: this.cipher.open(row, row.value) } : row;
  }

  async #page(prefix: string, options: PageOptions, values: boolean): Promise<KeyPage> {
    checkPrefix(prefix);
    const limit = readLimit(options.limit);
    const after = options.cursor === undefined ? undefined : readListCursor(options.cursor);
    if (this.#closed) throw new StoreClosedError();
    // One more than asked for shows whether there is another page.
    const { rows, revision } = await this.backend.list({ prefix, after, limit: limit + 1, values });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: shown.map((row) => listedKeyOf(row, values)),
      nextCursor: rows.length > limit && last ? cursorAfterKey(last.key) : undefined,
      revision,
    };
  }
}

/** Bytes are a value for `set`; here they would become JSON with a member for each byte. */
function json(value: JsonValue): JsonValue {
  if (isBytes(value)) throw new UnsupportedValueError('Write bytes with set().');
  return value;
}

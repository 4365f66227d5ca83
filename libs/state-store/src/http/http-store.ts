import type { JsonValue } from '@nexus-state/documents';
import {
  KeyNotFoundError,
  NotJsonError,
  StoreClosedError,
  UnsupportedValueError,
  type Value,
  VersionConflictError,
  checkKey,
  checkPrefix,
  encodeJson,
  isBytes,
  readPattern,
} from '../model';
import {
  type Entry,
  KeyList,
  type KeyPage,
  type ListOptions,
  type PageOptions,
  type SetOptions,
  type StateStore,
  type TransactionOperation,
  type TransactionResult,
  type TtlOptions,
  type WatchOptions,
  mergeWrite,
  setWrite,
  transactionRequest,
  versionCheck,
} from '../store';
import { readLimit, readListCursor } from '../store/shapes';
import type { Watch } from '../watch';
import { type Call, HttpClient, type HttpOptions } from './http-client';
import { HttpWatch } from './http-watch';
import { type HeldLock, type LockOptions, withLock } from './with-lock';
import { type WireEntry, pathOf, toWire, withValue } from './wire';

interface WriteAnswer {
  readonly key: string;
  readonly version: number;
  readonly revision: number;
}

/** The keys of a service, from afar. */
export class HttpStore implements StateStore {
  readonly capabilities = { durable: true, shared: true, networked: true, encrypts: true };
  readonly #client: HttpClient;
  readonly #options: HttpOptions;
  /** The header field of each write. */
  #underLock: Readonly<Record<string, string>> = {};
  readonly #watches = new Set<HttpWatch>();
  readonly #beginning = new Set<Promise<unknown>>();
  readonly #writing = new Set<Promise<unknown>>();
  #closed = false;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#client = new HttpClient(options);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const entry = await this.getEntry(key);
    if (!entry) return undefined;
    return isBytes(entry.value) ? entry.value : encodeJson(entry.value).bytes;
  }

  async getJson<T = JsonValue>(key: string): Promise<T | undefined> {
    const entry = await this.getEntry(key);
    if (entry && isBytes(entry.value)) throw new NotJsonError(key);
    return entry?.value as T | undefined;
  }

  async getEntry(key: string): Promise<Entry | undefined> {
    checkKey(key);
    try {
      const found = await this.#read<WireEntry>({ method: 'GET', path: pathOf(key), key });
      return withValue(found) as Entry;
    } catch (error) {
      if (error instanceof KeyNotFoundError) return undefined;
      throw error;
    }
  }

  async exists(key: string): Promise<boolean> {
    return (await this.getEntry(key)) !== undefined;
  }

  async version(key: string): Promise<number> {
    return (await this.getEntry(key))?.version ?? 0;
  }

  async set(key: string, bytes: Uint8Array, options?: SetOptions): Promise<number> {
    if (!isBytes(bytes)) {
      throw new UnsupportedValueError(
        'set() takes bytes (a Uint8Array or Buffer). Write JSON with setJson().',
      );
    }
    return this.#put(key, bytes, options);
  }

  async setJson(key: string, value: JsonValue, options?: SetOptions): Promise<number> {
    if (isBytes(value)) throw new UnsupportedValueError('Write bytes with set().');
    return this.#put(key, value, options);
  }

  async update(key: string, partial: JsonValue, options: TtlOptions = {}): Promise<number> {
    if (isBytes(partial)) throw new UnsupportedValueError('Write bytes with set().');
    mergeWrite(key, partial, options);
    const path = pathOf(key);
    const query =
      options.ttl === undefined ? '' : `${path.includes('?') ? '&' : '?'}ttlSeconds=${options.ttl / 1000}`;
    const body = JSON.stringify(partial);
    const contentType = 'application/merge-patch+json';
    return (await this.#write<WriteAnswer>({ method: 'PATCH', path: path + query, key, body, contentType }))
      .version;
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    try {
      await this.#write<WriteAnswer>({ method: 'DELETE', path: pathOf(key), key });
      return true;
    } catch (error) {
      if (error instanceof KeyNotFoundError) return false;
      throw error;
    }
  }

  async compareAndSet(
    key: string,
    expectedVersion: number,
    value: Value,
    options?: SetOptions,
  ): Promise<number> {
    return this.#put(key, value, options, versionCheck(key, expectedVersion).version);
  }

  async createIfNotExists(key: string, value: Value, options?: SetOptions): Promise<number | undefined> {
    try {
      return await this.#put(key, value, options, 0);
    } catch (error) {
      if (error instanceof VersionConflictError) return undefined;
      throw error;
    }
  }

  async transaction(operations: readonly TransactionOperation[]): Promise<TransactionResult> {
    transactionRequest(operations);
    const body = JSON.stringify({ transaction: operations.map(wireOperation) });
    return this.#write<TransactionResult>({ method: 'POST', path: '/api/kv', key: '', body });
  }

  list(prefix: string, { values = false, ...page }: ListOptions = {}): KeyList {
    return new KeyList((options) => this.#page(prefix, options, values), page);
  }

  watch(pattern: string, { since, signal }: WatchOptions = {}): Watch {
    if (this.#closed) throw new StoreClosedError();
    readPattern(pattern);
    const watch = new HttpWatch(this.#client, pattern, since, signal, (ended) => this.#watches.delete(ended));
    if (!signal?.aborted) this.#watches.add(watch);
    const beginning = watch.ready.catch(() => undefined);
    this.#beginning.add(beginning);
    void beginning.then(() => this.#beginning.delete(beginning));
    return watch;
  }

  /**
   * Does some work while a lock of the service is held, which is renewed until the work is done, and then given back. When the lock is
   * lost, the signal is aborted. The store that the work is given writes under the lock: the service refuses its writes with
   * `LockLostError` once a newer holder was let in.
   * @throws LockedError where others have the lock; LockLostError where it was lost before the work was done; what the work throws
   */
  withLock<T>(
    name: string,
    work: (lock: HeldLock & { readonly store: HttpStore }) => Promise<T>,
    options: LockOptions = {},
  ): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosedError());
    const held = withLock(
      this.#client,
      name,
      async (lock) => {
        const store = this.under(lock);
        try {
          return await work({ ...lock, store });
        } finally {
          await store.close();
        }
      },
      options,
    );
    this.#writing.add(held);
    const done = () => void this.#writing.delete(held);
    held.then(done, done);
    return held;
  }

  /** A store on the same keys, to be closed by itself, whose writes are refused once the lock was given out under a newer number. */
  under({ name, fencingToken }: Pick<HeldLock, 'name' | 'fencingToken'>): HttpStore {
    const store = new HttpStore(this.#options);
    store.#underLock = { 'nexus-lock': `${name}; fence=${fencingToken}` };
    return store;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of [...this.#watches]) watch.end(new StoreClosedError());
    await Promise.allSettled(this.#writing);
  }

  async #put(key: string, value: Value, options: SetOptions = {}, version?: number): Promise<number> {
    setWrite(key, value, options);
    const body = JSON.stringify({
      ...wireSet(value, options),
      ...(version === undefined ? {} : { version }),
    });
    return (await this.#write<WriteAnswer>({ method: 'PUT', path: pathOf(key), key, body })).version;
  }

  async #page(prefix: string, options: PageOptions, values: boolean): Promise<KeyPage> {
    const query = new URLSearchParams({
      prefix: checkPrefix(prefix),
      limit: String(readLimit(options.limit)),
    });
    if (options.cursor !== undefined) {
      readListCursor(options.cursor);
      query.set('cursor', options.cursor);
    }
    if (values) query.set('values', 'true');
    const path = `/api/kv?${query.toString()}`;
    const page = await this.#read<{ keys: WireEntry[]; nextCursor?: string | null; revision: number }>({
      method: 'GET',
      path,
      key: prefix,
    });
    return {
      items: page.keys.map(withValue),
      nextCursor: page.nextCursor ?? undefined,
      revision: page.revision,
    };
  }

  #read<T>(call: Call): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosedError());
    return this.#client.call<T>(call);
  }

  /** Sends a write once the watches that were begun before it have begun. */
  #write<T>(call: Call): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreClosedError());
    const begun = this.#beginning.size > 0 ? Promise.all(this.#beginning) : undefined;
    const send = () =>
      this.#client.call<T>({ ...call, headers: this.#underLock, idempotencyKey: newWriteId() });
    const written = begun ? begun.then(send) : send();
    this.#writing.add(written);
    const done = () => void this.#writing.delete(written);
    written.then(done, done);
    return written;
  }
}

/** A random name for a write. Pages that are not served securely have no `randomUUID`. */
function newWriteId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function wireSet(value: Value, { ttl, sensitive }: SetOptions): object {
  return {
    ...toWire(value),
    ...(ttl === undefined ? {} : { ttlSeconds: ttl / 1000 }),
    ...(sensitive === undefined ? {} : { sensitive }),
  };
}

function wireOperation(operation: TransactionOperation): object {
  const { key } = operation;
  if (operation.type === 'checkVersion') return { check: { key, version: operation.version } };
  return operation.type === 'delete'
    ? { delete: { key } }
    : { set: { key, ...wireSet(operation.value, operation) } };
}

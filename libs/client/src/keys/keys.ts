import { type JsonValue, canonicalJson } from '@nexus-state/documents';
import { NotFoundError, NotJsonError } from '../http/plain-errors';
import { NexusError } from '../http/problem';
import { VersionConflictError } from '../http/telling-errors';
import { type Request, type Transport, newId } from '../http/transport';
import { type Abortable, type Fenced, fenceOf } from '../rest/workspace-routes';
import type {
  DeleteKeyOptions,
  KeyEntry,
  KeyListOptions,
  KeyOperation,
  KeyTransactionDone,
  KeyValue,
  ListedKey,
  SetOptions,
  UpdateOptions,
  WatchOptions,
} from './key-answers';
import { type KeyPage, KeyPages } from './key-pages';
import { KeyWatch } from './key-watch';
import { checkBytes, checkJson, checkKey, checkPattern, checkPrefix, isBytes, secondsOf } from './arguments';
import { wireOperation, wireSet, withValue } from './wire';

/**
 * The values that the user keeps under keys, with versions, as the interface `StateStore` of `@nexus-state/store` has them.
 *
 * Every write has an `Idempotency-Key` of its own: one whose answer is lost is sent again, and is made once.
 */
export class Keys {
  readonly capabilities = { durable: true, shared: true, networked: true, encrypts: true } as const;
  readonly #transport: Transport;
  readonly #watches = new Set<KeyWatch>();
  readonly #beginning = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The value as bytes; of JSON its canonical text in UTF-8. Undefined where the key holds nothing. */
  async get(key: string, options?: Abortable): Promise<Uint8Array | undefined> {
    const entry = await this.getEntry(key, options);
    if (!entry || isBytes(entry.value)) return entry?.value as Uint8Array | undefined;
    return new TextEncoder().encode(canonicalJson(entry.value));
  }

  /**
   * The JSON that the key holds; undefined where it holds nothing. The type is the caller's claim.
   * @throws NotJsonError where it holds bytes
   */
  async getJson<T = JsonValue>(key: string, options?: Abortable): Promise<T | undefined> {
    const value = (await this.getEntry(key, options))?.value;
    if (!isBytes(value)) return value as T | undefined;
    const message = `The key ${JSON.stringify(key)} holds bytes, not JSON. Read it with get().`;
    throw new NotJsonError({ error: 'not_json', status: 409, message, key });
  }

  /** The value with its version, revision and instants. */
  async getEntry(key: string, { signal }: Abortable = {}): Promise<KeyEntry | undefined> {
    const found = await orMissing(this.#ask('GET', { query: { key: checkKey(key) }, signal }));
    return found === undefined ? undefined : withValue(found as KeyEntry);
  }

  async exists(key: string, options?: Abortable): Promise<boolean> {
    return (await this.version(key, options)) > 0;
  }

  /** The version of the key; 0 where it holds nothing. */
  async version(key: string, options?: Abortable): Promise<number> {
    return (await this.getEntry(key, options))?.version ?? 0;
  }

  /** Creates or replaces the value. @returns the new version */
  async set(key: string, bytes: Uint8Array, options?: SetOptions): Promise<number> {
    return this.#put(key, checkBytes(bytes), options);
  }

  /** Creates or replaces the value. @returns the new version */
  async setJson(key: string, value: JsonValue, options?: SetOptions): Promise<number> {
    return this.#put(key, checkJson(value), options);
  }

  /**
   * Merges into the JSON that the key holds (RFC 7396), atomically. @returns the new version
   * @throws NotFoundError; NotJsonError where it holds bytes
   */
  async update(
    key: string,
    partial: JsonValue,
    { ttl, version, ...fenced }: UpdateOptions = {},
  ): Promise<number> {
    const written = await this.#write('PATCH', fenced, {
      query: { key: checkKey(key), ttlSeconds: secondsOf(ttl), version },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: partial,
    });
    return written.version;
  }

  /** @returns whether the key held a value */
  async delete(key: string, { version, ...fenced }: DeleteKeyOptions = {}): Promise<boolean> {
    const body = version === undefined ? undefined : { version };
    const deleted = this.#write('DELETE', fenced, { query: { key: checkKey(key) }, body });
    return (await orMissing(deleted)) !== undefined;
  }

  /**
   * Creates or replaces the value if the key is at a version; 0 for a key that holds nothing. @returns the new version
   * @throws VersionConflictError with `expected` and `found`
   */
  compareAndSet(
    key: string,
    expectedVersion: number,
    value: KeyValue,
    options?: SetOptions,
  ): Promise<number> {
    return this.#put(key, value, options, expectedVersion);
  }

  /** @returns the new version; undefined where the key held a value already, which stays as it is */
  async createIfNotExists(key: string, value: KeyValue, options?: SetOptions): Promise<number | undefined> {
    try {
      return await this.#put(key, value, options, 0);
    } catch (error) {
      if (error instanceof VersionConflictError) return undefined;
      throw error;
    }
  }

  /**
   * Does all operations as one change, or none of them. Checks look at the keys as they are before it.
   * @param operations at most 128, of which each key is written by one at most
   * @throws VersionConflictError with the `transactionIndex` of the check that does not hold
   */
  async transaction(operations: readonly KeyOperation[], fenced: Fenced = {}): Promise<KeyTransactionDone> {
    const body = { transaction: operations.map(wireOperation) };
    return this.#write<KeyTransactionDone>('POST', fenced, { path: '/api/kv', body });
  }

  /** The keys with a prefix, in the order of their UTF-8 bytes. */
  list(prefix = '', { values, signal, ...first }: KeyListOptions = {}): KeyPages {
    return new KeyPages(async (choice) => {
      const query = { prefix: checkPrefix(prefix), values, ...first, ...choice };
      const page = await this.#ask('GET', { path: '/api/kv', query, signal });
      const { keys, nextCursor, revision } = page as Omit<KeyPage, 'items'> & { readonly keys: ListedKey[] };
      return { items: keys.map((key) => withValue(key)), nextCursor: nextCursor ?? null, revision };
    });
  }

  /**
   * Follows a key, all keys below a path (`prefix/*`), or all keys (`*`). Without `since` it begins now: writes that are asked
   * for after this call are told.
   * The iteration throws `CompactedError` where changes are no longer kept, and the signal's reason when it is aborted.
   */
  watch(pattern: string, options: WatchOptions = {}): KeyWatch {
    if (this.#isClosed) throw closed();
    const watch = new KeyWatch(this.#transport, checkPattern(pattern), options, (ended) =>
      this.#watches.delete(ended),
    );
    this.#watches.add(watch);
    const begun = watch.ready.catch(() => undefined).finally(() => this.#beginning.delete(begun));
    this.#beginning.add(begun);
    return watch;
  }

  /** Ends the watches; nothing more is read or written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const watch of this.#watches) watch.abort(closed());
  }

  async #put(key: string, value: KeyValue, options: SetOptions = {}, version?: number): Promise<number> {
    const body = { ...wireSet(value, options), version };
    return (await this.#write('PUT', options, { query: { key: checkKey(key) }, body })).version;
  }

  /** Sends a write once the watches that were begun before it have begun. */
  async #write<T = { readonly version: number }>(
    method: Request['method'],
    { signal, lock }: Fenced,
    { headers, ...request }: Partial<Request>,
  ): Promise<T> {
    if (this.#beginning.size > 0) await Promise.all(this.#beginning);
    const fenced = { ...headers, ...fenceOf(lock) };
    return (await this.#ask(method, { idempotencyKey: newId(), ...request, headers: fenced, signal })) as T;
  }

  async #ask(method: Request['method'], request: Partial<Request>): Promise<unknown> {
    if (this.#isClosed) throw closed();
    // As a parameter a key needs no care for its slashes and dots.
    return (await this.#transport.send({ method, path: '/api/kv/', ...request })).body;
  }
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function closed(): NexusError {
  return new NexusError({ error: 'closed', message: 'The keys of this client are closed.' });
}

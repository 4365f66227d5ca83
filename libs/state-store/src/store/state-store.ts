import type { JsonValue } from '@nexus-state/documents';
import type { Value } from '../model';
import type { Capabilities } from './capabilities';
import type { KeyList } from './key-list';
import type { Watch } from '../watch/watch';

/**
 * Versioned values under hierarchical keys. All backends keep the same promises, except for what `capabilities` names.
 *
 * Each method refuses with a `StoreError`: `InvalidKeyError` for a bad key, `InvalidArgumentError` for a bad option,
 * `UnsupportedValueError` and `ValueTooLargeError` for a bad value, `SecretUnreadableError` for a sensitive one without its key, `StoreUnavailableError` when the backend is away, and
 * `StoreClosedError` after `close()`. What else a method refuses with is named there.
 */
export interface StateStore {
  readonly capabilities: Capabilities;

  /** The value as bytes; of JSON its canonical text in UTF-8. Undefined where the key holds nothing. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * The JSON that the key holds; undefined where it holds nothing. The type is the caller's claim; nothing checks it.
   * @throws NotJsonError where it holds bytes
   */
  getJson<T = JsonValue>(key: string): Promise<T | undefined>;
  /** The value with its version, revision and instants. */
  getEntry(key: string): Promise<Entry | undefined>;
  exists(key: string): Promise<boolean>;
  /** The version of the key; 0 where it holds nothing. */
  version(key: string): Promise<number>;

  /** Creates or replaces the value. @returns the new version */
  set(key: string, bytes: Uint8Array, options?: SetOptions): Promise<number>;
  /** Creates or replaces the value. @returns the new version */
  setJson(key: string, value: JsonValue, options?: SetOptions): Promise<number>;
  /**
   * Merges into the JSON that the key holds (RFC 7396), atomically. Its time to live goes on unless one is given.
   * @returns the new version
   * @throws KeyNotFoundError
   * @throws NotJsonError where it holds bytes
   */
  update(key: string, partial: JsonValue, options?: TtlOptions): Promise<number>;
  /** @returns whether the key held a value */
  delete(key: string): Promise<boolean>;
  /**
   * Creates or replaces the value if the key is at a version.
   * @param expectedVersion 0 for a key that holds nothing
   * @returns the new version
   * @throws VersionConflictError with `expected` and `found`; nothing was written
   */
  compareAndSet(key: string, expectedVersion: number, value: Value, options?: SetOptions): Promise<number>;
  /** @returns the new version; undefined where the key held a value already, which stays as it is */
  createIfNotExists(key: string, value: Value, options?: SetOptions): Promise<number | undefined>;
  /**
   * Does all operations as one change, or none of them. Checks look at the keys as they are before it.
   * @param operations at most 128, of which each key is written by one at most
   * @throws VersionConflictError with the `index` of the check that does not hold
   */
  transaction(operations: readonly TransactionOperation[]): Promise<TransactionResult>;

  /** Keys in the order of their UTF-8 bytes: await it for one page, or iterate over all pages. */
  list(prefix: string, options?: ListOptions): KeyList;

  /**
   * Follows a key, all keys below a path (`prefix/*`), or all keys (`*`). Every change comes once, in the order of revisions.
   * Without `since` it begins now, before any write that is asked for after this call.
   * The iteration throws `CompactedError` where changes are no longer kept, and the signal's reason when it is aborted.
   */
  watch(pattern: string, options?: WatchOptions): Watch;

  /** Ends watches and frees what the store holds. Writes that were asked for before are done first. */
  close(): Promise<void>;
}

/** What a key holds, and since when. Instants are RFC 3339, UTC. */
export interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly version: number;
  /** The revision of its last change. */
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
  readonly sensitive?: true;
}

export interface TtlOptions {
  /** Milliseconds from 1 until the key is deleted. */
  readonly ttl?: number;
}

export interface SetOptions extends TtlOptions {
  /**
   * Encrypts the value, and keeps it from watchers and lists. Where it is not said, a sensitive value stays one.
   * Refused with `NoEncryptionKeyError` where the store has no encryption key.
   */
  readonly sensitive?: boolean;
}

export interface ListOptions {
  /** Keys of a page, 1 to 1,000; 100 where not given. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Whether entries come with their values. */
  readonly values?: boolean;
}

export interface WatchOptions {
  /** A revision, whose own changes are left out, or the `cursor` of an event. */
  readonly since?: number | string;
  readonly signal?: AbortSignal;
}

/** A part of a transaction. */
export type TransactionOperation =
  | { readonly type: 'checkVersion'; readonly key: string; readonly version: number }
  | ({ readonly type: 'set'; readonly key: string; readonly value: Value } & SetOptions)
  | { readonly type: 'delete'; readonly key: string };

export interface TransactionResult {
  /** The revision of the transaction; the current one where it changed nothing. */
  readonly revision: number;
  /** For each operation the version of its key afterwards; of a deletion that found nothing, 0. */
  readonly results: readonly { readonly key: string; readonly version: number }[];
}

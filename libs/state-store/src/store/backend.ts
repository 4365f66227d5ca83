import type { LoggedChange, Outcome, Pattern, Position, Row, WriteRequest } from '../model';
import type { Capabilities } from './capabilities';

/** What a local store needs of the place that keeps the keys of one owner. */
export interface Backend extends ChangeLog {
  readonly capabilities: Capabilities;

  /** The key, where it holds a value whose time has not passed. */
  read(key: string): Promise<Row | undefined>;
  /**
   * The bytes of such a key alone, where they are read quicker than the whole row: an array of the caller's own.
   * @returns `sealed` for a sensitive value, which takes the row to open
   */
  readBytes?(key: string): Promise<Uint8Array | 'sealed' | undefined>;
  /** Such keys, in order, and the revision at which they were read. */
  list(query: ListQuery): Promise<{ readonly rows: readonly Row[]; readonly revision: number }>;
  /**
   * Decides on requests in order and writes what was decided, as one durable step. Concurrent calls may be made by other
   * processes, never by one store.
   * @returns the outcome of each request
   * @throws StoreUnavailableError for all of them
   */
  commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

export interface ListQuery {
  readonly prefix: string;
  /** The last key of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
  /** Without values, rows carry an empty one. */
  readonly values: boolean;
}

/** The changes of an owner, in order. */
export interface ChangeLog {
  /**
   * The changes after a position that match, and how far this answer reaches: all changes up to `upTo` are in it or before it.
   * @throws CompactedError where changes after the position are no longer kept
   */
  changes(query: ChangeQuery): Promise<ChangePage>;
  /** The revision of the newest change; 0 before the first. */
  revision(): Promise<number>;
  /** Calls back when there may be new changes by others. It is a hint: it may be late, and may come for nothing. */
  onChange(listener: () => void): () => void;
}

export interface ChangeQuery {
  readonly after: Position;
  /** Undefined for every key. */
  readonly pattern: Pattern | undefined;
  readonly limit: number;
  /** Bytes of values; a page has at least one change, however large. */
  readonly maxBytes: number;
}

export interface ChangePage {
  readonly changes: readonly LoggedChange[];
  readonly upTo: Position;
  /** Whether a limit ended the page. */
  readonly more: boolean;
}

/** How many changes are kept for watches. */
export interface Retention {
  /** The number of changes; 10,000 where not given. */
  readonly maxChanges?: number;
  /** Milliseconds; a day where not given. */
  readonly maxAgeMs?: number;
}

export const defaultRetention = { maxChanges: 10_000, maxAgeMs: 86_400_000 };

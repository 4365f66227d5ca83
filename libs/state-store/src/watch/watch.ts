import type { Value } from '../model';

/** A change of a key, as a watch gives it. */
export interface WatchEvent {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly key: string;
  readonly version: number;
  /** What the key holds after the change; undefined after a deletion, and where the value is sensitive. */
  readonly value: Value | undefined;
  readonly revision: number;
  /** Where to resume after this event: pass it as `since`. */
  readonly cursor: string;
  /** When it happened: RFC 3339, UTC. */
  readonly at: string;
  /** The key was deleted because its time to live had passed. */
  readonly expired?: true;
  readonly sensitive?: true;
}

/** The changes that match a pattern, as an async iterator. It holds a bounded number of them. */
export interface Watch extends AsyncIterableIterator<WatchEvent> {
  /** Resolves with the revision after which the watch begins. A failure is thrown by the iteration, too. */
  readonly ready: Promise<number>;
  /**
   * All changes up to this revision were delivered, or do not match: a bookmark that goes on while nothing matches.
   * Undefined before the watch is ready.
   */
  readonly revision: number | undefined;
  /** Ends the watch. */
  return(): Promise<IteratorResult<WatchEvent>>;
}

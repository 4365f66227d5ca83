import type { StoredValue } from './value';

/** What a store keeps of a key, also after its deletion: versions go on from there. */
export interface Row {
  readonly key: string;
  /** Counts the changes of the key, deletions included. */
  readonly version: number;
  /** The revision of its last change. */
  readonly revision: number;
  /** Undefined once the key is deleted; sealed where it is sensitive. */
  readonly value: StoredValue | undefined;
  /** Whether the value is sealed, and kept from watchers and lists. */
  readonly sensitive: boolean;
  /** Milliseconds since 1970, UTC, as all instants of rows and changes. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number | undefined;
}

/** A change of a key, as it is kept for watches. */
export interface Change {
  readonly type: 'created' | 'updated' | 'deleted';
  readonly key: string;
  readonly version: number;
  /** Undefined for a deletion, and for a sensitive value. */
  readonly value: StoredValue | undefined;
  readonly sensitive: boolean;
  /** Whether the key was deleted because its time to live had passed. */
  readonly expired: boolean;
  readonly at: number;
  readonly expiresAt: number | undefined;
}

/** A place in the order of changes: after the n-th change of a revision, from 1. */
export interface Position {
  readonly revision: number;
  readonly n: number;
}

/** A change with its place among the changes of its owner. */
export interface LoggedChange extends Change, Position {
  /** Whether it is the last one of its revision. */
  readonly last: boolean;
}

/** Whether a row holds a value at an instant. */
export function isLive(row: Row | undefined, now: number): row is Row & { readonly value: StoredValue } {
  return row?.value !== undefined && !isDue(row, now);
}

/** Whether a row still holds a value whose time to live has passed. */
export function isDue(row: Row, now: number): boolean {
  return row.value !== undefined && row.expiresAt !== undefined && row.expiresAt <= now;
}

import { InvalidArgumentError, type Row, type Value, checkKey, decodeValue } from '../model';
import type { ListedKey } from './key-list';
import type { Entry } from './state-store';

/** An instant as RFC 3339, UTC. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A row that holds a value, as callers get it. */
export function entryOf(row: Row): Entry {
  if (!row.value) throw new TypeError(`The row of ${row.key} holds no value.`);
  return { ...headOf(row), value: decodeValue(row.value) };
}

/** A row of a list. */
export function listedKeyOf(row: Row, values: boolean): ListedKey {
  const shown = values && !row.sensitive && row.value;
  return shown ? { ...headOf(row), value: decodeValue(shown) } : headOf(row);
}

function headOf({
  key,
  version,
  revision,
  createdAt,
  updatedAt,
  expiresAt,
  sensitive,
}: Row): Omit<Entry, 'value'> & { value?: Value } {
  return {
    key,
    version,
    revision,
    createdAt: instant(createdAt),
    updatedAt: instant(updatedAt),
    ...(expiresAt === undefined ? {} : { expiresAt: instant(expiresAt) }),
    ...(sensitive ? { sensitive } : {}),
  };
}

/** The cursor of a list after a key; opaque to callers. */
export function cursorAfterKey(key: string): string {
  return encodeURIComponent(key);
}

/**
 * The key that a cursor names.
 * @throws InvalidArgumentError
 */
export function readListCursor(cursor: string): string {
  try {
    return checkKey(decodeURIComponent(cursor));
  } catch {
    throw new InvalidArgumentError('cursor', 'give the nextCursor of the page before, unchanged.');
  }
}

/**
 * The keys of a page.
 * @throws InvalidArgumentError
 */
export function readLimit(limit: number | undefined): number {
  if (limit === undefined) return 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new InvalidArgumentError('limit', 'give a whole number from 1 to 1000.');
  }
  return limit;
}

import type { DecidedChange, LoggedChange, Row, StoredValue } from '../model';
import type { SqlRow, SqlValue } from './driver';

/** A row of `entries`. */
export function readRow(row: SqlRow): Row {
  return {
    key: row['key'] as string,
    version: row['version'] as number,
    revision: row['revision'] as number,
    value: readValue(row),
    sensitive: row['sensitive'] === 1,
    createdAt: row['created_at'] as number,
    updatedAt: row['updated_at'] as number,
    expiresAt: (row['expires_at'] as number | null) ?? undefined,
  };
}

/** The columns of `entries`, in order. */
export function rowValues({ value, ...row }: Row): SqlValue[] {
  const { key, version, revision, sensitive, createdAt, updatedAt, expiresAt } = row;
  return [
    key,
    version,
    revision,
    ...storedValues(value),
    Number(sensitive),
    createdAt,
    updatedAt,
    expiresAt ?? null,
  ];
}

/** A row of `changes`. */
export function readChange(row: SqlRow): LoggedChange {
  return {
    revision: row['revision'] as number,
    n: row['n'] as number,
    last: row['last'] === 1,
    type: row['type'] as LoggedChange['type'],
    key: row['key'] as string,
    version: row['version'] as number,
    value: readValue(row),
    sensitive: row['sensitive'] === 1,
    expired: row['expired'] === 1,
    at: row['at'] as number,
    expiresAt: (row['expires_at'] as number | null) ?? undefined,
  };
}

/** The columns of `changes`, in order. */
export function changeValues(change: LoggedChange | DecidedChange): SqlValue[] {
  const { revision, n, last, type, key, version, value, sensitive, expired, at, expiresAt } = change;
  return [
    revision,
    n,
    Number(last),
    type,
    key,
    version,
    ...storedValues(value),
    Number(sensitive),
    Number(expired),
    at,
    expiresAt ?? null,
  ];
}

function readValue(row: SqlRow): StoredValue | undefined {
  const bytes = row['value'] as Uint8Array | null;
  return bytes === null ? undefined : { format: row['is_json'] === 1 ? 'json' : 'bytes', bytes };
}

function storedValues(value: StoredValue | undefined): [number, Uint8Array | null] {
  return [Number(value?.format === 'json'), value?.bytes ?? null];
}

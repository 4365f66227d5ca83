import type { DecidedChange, LoggedChange, Position, Row, StoredValue } from '../model';
import type { SqlRow, SqlValue } from './driver';

/** More than the changes that one revision may have. */
export const idsPerRevision = 1_024;

/** The id of a change, which orders all of them. A place behind the changes of a revision has the greatest one of it. */
export function idOf({ revision, n }: Position): number {
  return Math.min(revision * idsPerRevision + Math.min(n, idsPerRevision - 1), Number.MAX_SAFE_INTEGER);
}

/** The revision of the change with an id. */
export function revisionOf(id: number): number {
  return Math.floor(id / idsPerRevision);
}

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
export function rowValues(row: Row): SqlValue[] {
  const { key, version, revision, value, sensitive, createdAt, updatedAt, expiresAt } = row;
  return [
    key,
    version,
    revision,
    isJson(value),
    Number(sensitive),
    createdAt,
    updatedAt,
    expiresAt ?? null,
    value?.bytes ?? null,
  ];
}

/** A row of `changes`. */
export function readChange(row: SqlRow): LoggedChange {
  const id = row['id'] as number;
  return {
    revision: revisionOf(id),
    n: id % idsPerRevision,
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
  const { last, type, key, version, value, sensitive, expired, at, expiresAt } = change;
  return [
    idOf(change),
    Number(last),
    type,
    key,
    version,
    isJson(value),
    Number(sensitive),
    Number(expired),
    at,
    expiresAt ?? null,
    value?.bytes ?? null,
  ];
}

function readValue(row: SqlRow): StoredValue | undefined {
  const bytes = row['value'] as Uint8Array | null;
  return bytes === null ? undefined : { format: row['is_json'] === 1 ? 'json' : 'bytes', bytes };
}

function isJson(value: StoredValue | undefined): number {
  return Number(value?.format === 'json');
}

import type { LoggedChange, Row, StoredValue } from '../model';

/** A row of `kv_entries`, or of the answer of `kv_write`. */
export interface EntryRow {
  readonly key: string;
  readonly version: string;
  readonly revision: string;
  readonly is_json: boolean;
  readonly value: Buffer | null;
  readonly sensitive: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly expires_at: Date | null;
}

/** A row of `kv_changes`. */
export interface ChangeRow {
  readonly revision: string;
  readonly n: number;
  readonly last: boolean;
  readonly type: LoggedChange['type'];
  readonly key: string;
  readonly version: string;
  readonly is_json: boolean;
  readonly value: Buffer | null;
  readonly sensitive: boolean;
  readonly expired: boolean;
  readonly at: Date;
  readonly expires_at: Date | null;
}

export function readEntry(row: EntryRow): Row {
  return {
    key: row.key,
    version: Number(row.version),
    revision: Number(row.revision),
    value: readValue(row),
    sensitive: row.sensitive,
    createdAt: row.created_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    expiresAt: row.expires_at?.getTime(),
  };
}

export function readChange(row: ChangeRow): LoggedChange {
  return {
    revision: Number(row.revision),
    n: row.n,
    last: row.last,
    type: row.type,
    key: row.key,
    version: Number(row.version),
    value: readValue(row),
    sensitive: row.sensitive,
    expired: row.expired,
    at: row.at.getTime(),
    expiresAt: row.expires_at?.getTime(),
  };
}

/** The value of a row. */
export function readValue({
  value,
  is_json,
}: {
  readonly value: Buffer | null;
  readonly is_json: boolean;
}): StoredValue | undefined {
  return value === null ? undefined : { format: is_json ? 'json' : 'bytes', bytes: value };
}

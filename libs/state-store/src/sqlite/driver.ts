import { createRequire } from 'node:module';

/** What can be bound to a statement, and what columns hold. */
export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

/** The part of `node:sqlite` that the store uses. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
  readonly isTransaction: boolean;
}

export interface Statement {
  run(...values: SqlValue[]): unknown;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): SqlRow[];
  iterate(...values: SqlValue[]): IterableIterator<SqlRow>;
}

interface Driver {
  readonly DatabaseSync: new (file: string, options: { timeout: number }) => Database;
}

/** The milliseconds for which a statement may hold up this process while another one writes. */
const timeout = 20;

/**
 * Opens a file with the driver that Node brings along, or else with the prebuilt one of the package, which has the same interface.
 * @throws what the driver says
 */
export function openFile(file: string): Database {
  const { DatabaseSync } = driver();
  return new DatabaseSync(file, { timeout });
}

function driver(): Driver {
  const load = createRequire(__filename);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isBuiltIn = major > 22 || (major === 22 && minor >= 13);
  return load(isBuiltIn ? 'node:sqlite' : '@photostructure/sqlite') as Driver;
}

/** SQLite's result code of an error; undefined where it is none of SQLite. */
export function resultCodeOf(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode;
  // Extended codes carry the primary one in their low byte.
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Another connection writes, or recovers the file. */
export function isBusy(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === 5 || code === 6;
}

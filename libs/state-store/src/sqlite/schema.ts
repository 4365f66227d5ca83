import type { Database } from './driver';
import { idsPerRevision } from './rows';

/** Counts the versions of the schema; the file holds its own. */
const schemaVersion = 3;

// The id holds revision and number (`rows.ts`), so a change is one entry at the end of one B-tree, which SQLite appends without
// touching the pages before it. Values come last, so that what stands beside a large one is read without it.
const changesTable = `
  CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_json INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    expired INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER,
    value BLOB
  );`;

// Keys that were deleted stay as rows without a value: their versions go on.
const entriesTable = `
  CREATE TABLE entries (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    is_json INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER,
    value BLOB
  );`;
const entriesIndex = 'CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;';

// What is left of the changes that were removed: the newest revision, and the newest instant. Those of the store are the newest
// change's, or these where there is none, so a write has no row of the owner to update.
const ownerTable = `
  CREATE TABLE owner (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    compacted INTEGER NOT NULL,
    clock INTEGER NOT NULL
  );`;

const schema = `
  ${ownerTable}
  INSERT INTO owner VALUES (1, 0, 0);
  ${entriesTable}
  ${entriesIndex}
  ${changesTable}
`;

/** Files of versions 1 and 2 had the revision in the row of the owner, and revision and number of a change in columns of their own. */
const fromEarlier = `
  ALTER TABLE owner RENAME TO owner_before;
  ${ownerTable}
  INSERT INTO owner
    SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM changes) THEN compacted ELSE revision END, clock FROM owner_before;
  DROP TABLE owner_before;
  ALTER TABLE changes RENAME TO changes_before;
  ${changesTable}
  INSERT INTO changes
    SELECT revision * ${idsPerRevision} + n, last, type, key, version, is_json, sensitive, expired, at, expires_at, value
    FROM changes_before ORDER BY revision, n;
  DROP TABLE changes_before;
  DROP INDEX entries_by_expiry;
  ALTER TABLE entries RENAME TO entries_before;
  ${entriesTable}
  INSERT INTO entries
    SELECT key, version, revision, is_json, sensitive, created_at, updated_at, expires_at, value FROM entries_before;
  DROP TABLE entries_before;
  ${entriesIndex}`;

/**
 * Makes the file durable and shared, creates the tables in a new one, and brings an older one up to date.
 * @throws Error for the file of a newer version of the package
 */
export function prepareFile(database: Database): void {
  // Every acknowledged write is on the disk, and readers do not wait for a writer.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  if (versionOf(database) === schemaVersion) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    if (version > schemaVersion) {
      throw new Error(
        `The file has schema ${version}, and this package knows ${schemaVersion}: install the newer package.`,
      );
    }
    const steps = version === 0 ? schema : fromEarlier;
    database.exec(`${steps} PRAGMA user_version = ${schemaVersion};`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: Database): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
}

import type { Database } from './driver';

/** Counts the versions of the schema; the file holds its own. */
const schemaVersion = 2;

// Without a rowid, a change is one entry of one B-tree: a write has a page less to make durable.
const changesTable = `
  CREATE TABLE changes (
    revision INTEGER NOT NULL,
    n INTEGER NOT NULL,
    last INTEGER NOT NULL,
    type TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    is_json INTEGER NOT NULL,
    value BLOB,
    sensitive INTEGER NOT NULL,
    expired INTEGER NOT NULL,
    at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (revision, n)
  ) WITHOUT ROWID;`;

// Keys that were deleted stay as rows without a value: their versions go on.
const schema = `
  CREATE TABLE owner (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL,
    compacted INTEGER NOT NULL,
    clock INTEGER NOT NULL
  );
  INSERT INTO owner VALUES (1, 0, 0, 0);

  CREATE TABLE entries (
    key TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    is_json INTEGER NOT NULL,
    value BLOB,
    sensitive INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER
  );
  CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;

  ${changesTable}
`;

/** Files of version 1 kept changes in a table with rowids. */
const fromFirst = `
  ALTER TABLE changes RENAME TO changes_before;
  ${changesTable}
  INSERT INTO changes SELECT * FROM changes_before;
  DROP TABLE changes_before;`;

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
    const steps = version === 0 ? schema : version === 1 ? fromFirst : '';
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

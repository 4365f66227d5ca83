// @ts-check
const { DatabaseSync } = require('@photostructure/sqlite');

/**
 * The least that does the same on the bare driver: a key with a version, and a row of a log for each write, one durable
 * transaction each.
 */
class BareSqlite {
  /** @param {string} file */
  constructor(file) {
    this.database = new DatabaseSync(file, { timeout: 5_000 });
    this.database.exec(`
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE entries (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT NULL);
      CREATE TABLE log (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL);`);
    this.save = this.database.prepare(
      'INSERT INTO entries VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET version = version + 1, value = excluded.value RETURNING version',
    );
    this.append = this.database.prepare('INSERT INTO log (key, version, value) VALUES (?, ?, ?)');
    this.find = this.database.prepare('SELECT value FROM entries WHERE key = ?');
  }

  /**
   * @param {string} key
   * @param {Uint8Array} value
   */
  async set(key, value) {
    this.database.exec('BEGIN IMMEDIATE');
    const { version } = this.save.get(key, value);
    this.append.run(key, version, value);
    this.database.exec('COMMIT');
  }

  /** @param {string} key */
  async get(key) {
    return this.find.get(key)?.value;
  }

  async close() {
    this.database.close();
  }
}

module.exports = { BareSqlite };

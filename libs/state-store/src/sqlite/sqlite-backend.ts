import {
  type Cipher,
  CompactedError,
  type LoggedChange,
  type Outcome,
  type Row,
  type SecretUnreadableError,
  StoreClosedError,
  type WriteRequest,
  changeForWatchers,
  comparePositions,
  decideBatch,
  endOf,
  keysOf,
  mergedKeysOf,
  matches,
  onlyOwner,
  placeAfter,
  prefixEnd,
} from '../model';
import type { KeyRing } from '../secrets';
import { resealed } from '../secrets/rotation';
import type { Backend, ChangePage, ChangeQuery, ListQuery, Retention } from '../store/backend';
import type { Capabilities } from '../store/capabilities';
import type { Maintained } from '../store/maintenance';
import { changeValues, idOf, readChange, readRow, revisionOf, rowValues } from './rows';
import type { SqliteFile } from './sqlite-file';

const newestChange = '(SELECT id FROM changes ORDER BY id DESC LIMIT 1)';
// Not max(at), which has no index.
const newestInstant = 'ifnull((SELECT at FROM changes ORDER BY id DESC LIMIT 1), 0)';
const findOwner = `SELECT compacted, max(clock, ${newestInstant}) AS clock, ${newestChange} AS newest FROM owner`;
// The instant is asked for only where a key has a time to live.
const live = `
  value IS NOT NULL AND (expires_at IS NULL OR expires_at > max(?2, (SELECT max(clock, ${newestInstant}) FROM owner)))`;
const readEntry = `SELECT * FROM entries WHERE key = ?1 AND ${live}`;
const readBytes = `SELECT CASE sensitive WHEN 0 THEN value END AS bytes FROM entries WHERE key = ?1 AND ${live}`;
const withoutValue = 'key, version, revision, is_json, sensitive, created_at, updated_at, expires_at';
const findEntry = 'SELECT * FROM entries WHERE key = ?';
// typeof() looks at no value.
const findHead = `
  SELECT ${withoutValue}, CASE typeof(value) WHEN 'null' THEN NULL ELSE x'' END AS value FROM entries WHERE key = ?`;
// Not INSERT OR REPLACE, which would move the row, and write the pages of both places and of the key's index.
const saveEntry = `
  INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET
    version = excluded.version, revision = excluded.revision, is_json = excluded.is_json, value = excluded.value,
    sensitive = excluded.sensitive, created_at = excluded.created_at, updated_at = excluded.updated_at,
    expires_at = excluded.expires_at`;
const saveChange = 'INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
const listEntries = (columns: string, hasEnd: boolean) =>
  `SELECT ${columns} FROM entries
   WHERE key >= ?1 AND key > ?2 ${hasEnd ? 'AND key < ?5' : ''}
     AND value IS NOT NULL AND (expires_at IS NULL OR expires_at > ?3)
   ORDER BY key LIMIT ?4`;
const findChanges = 'SELECT * FROM changes WHERE id > ? ORDER BY id';
const isUnderAnother = 'sensitive = 1 AND value IS NOT NULL AND substr(value, 1, ?2) <> ?1';
const countSealed = `SELECT count(*) AS total FROM entries WHERE ${isUnderAnother}`;
const findSealed = `SELECT * FROM entries WHERE ${isUnderAnother} AND key > ?3 ORDER BY key LIMIT ?4`;
const replaceValue = 'UPDATE entries SET value = ? WHERE key = ?';
const findDue = 'SELECT key FROM entries WHERE expires_at <= ? ORDER BY expires_at LIMIT ?';
const findNextExpiry = 'SELECT min(expires_at) AS next FROM entries WHERE expires_at > ?';
const lastToForget = `
  SELECT max(id) AS id FROM (
    SELECT id FROM (SELECT id FROM changes ORDER BY id DESC LIMIT 1 OFFSET ?)
    UNION ALL
    SELECT id FROM (SELECT id FROM changes WHERE at < ? ORDER BY id DESC LIMIT 1))`;
const forgetChanges = 'DELETE FROM changes WHERE id <= ?';
const saveOwner = 'UPDATE owner SET compacted = ?, clock = ?';

/** Keys in a SQLite file, which several processes may use. */
export class SqliteBackend implements Backend, Maintained {
  readonly capabilities: Capabilities;
  #poll: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: SqliteFile,
    private readonly retention: Required<Retention>,
    private readonly pollIntervalMs: number,
    private readonly cipher: Cipher,
  ) {
    this.capabilities = { durable: true, shared: true, networked: false, encrypts: cipher.encrypts };
  }

  async read(key: string): Promise<Row | undefined> {
    if (this.file.isClosed) throw new StoreClosedError();
    return this.file.readOne(() => {
      const found = this.file.statement(readEntry).get(key, Date.now());
      return found && readRow(found);
    });
  }

  async readBytes(key: string): Promise<Uint8Array | 'sealed' | undefined> {
    if (this.file.isClosed) throw new StoreClosedError();
    return this.file.readOne(() => {
      const found = this.file.statement(readBytes).get(key, Date.now());
      return found && ((found['bytes'] as Uint8Array | null) ?? 'sealed');
    });
  }

  async list(query: ListQuery): Promise<{ rows: readonly Row[]; revision: number }> {
    const { prefix, after = '', limit, values } = query;
    const end = prefixEnd(prefix);
    return this.#reading((now, { revision }) => {
      const found = this.file
        .statement(listEntries(values ? '*' : `${withoutValue}, x'' AS value`, end !== undefined))
        .all(prefix, after, now, limit, ...(end === undefined ? [] : [end]));
      return { rows: Array.from(found, readRow), revision };
    });
  }

  async commit(requests: readonly WriteRequest[]): Promise<readonly Outcome[]> {
    return this.#writing((now, { revision }) => {
      const rows = new Map<string, Row>();
      const merged = new Set(requests.flatMap(mergedKeysOf));
      for (const key of new Set(requests.flatMap(keysOf))) {
        const found = this.file.statement(merged.has(key) ? findEntry : findHead).get(key);
        if (found) rows.set(key, readRow(found));
      }
      const decided = decideBatch(requests, rows, revision, now, this.cipher);
      for (const row of decided.rows.values()) this.file.statement(saveEntry).run(...rowValues(row));
      for (const change of decided.changes) {
        this.file.statement(saveChange).run(...changeValues(changeForWatchers(change)));
      }
      return decided.outcomes;
    });
  }

  /**
   * Encrypts some sensitive values anew that are not under the newest key of a ring.
   * @param after the last key that was looked at
   * @returns the last key that was looked at now; undefined where there was none
   */
  async reencrypt(
    ring: KeyRing,
    after: string,
    limit: number,
    onUnreadable: (error: SecretUnreadableError) => void,
  ): Promise<{ readonly last: string | undefined; readonly done: number }> {
    return this.#writing(() => {
      const prefix = ring.newestPrefix;
      const rows = this.file.statement(findSealed).all(prefix, prefix.byteLength, after, limit).map(readRow);
      let done = 0;
      for (const row of rows) {
        const anew = row.value && resealed(ring, onlyOwner, row, row.value, onUnreadable);
        if (!anew) continue;
        this.file.statement(replaceValue).run(anew.bytes, row.key);
        done++;
      }
      return { last: rows.at(-1)?.key, done };
    });
  }

  /** How many sensitive values are not under the newest key of a ring. */
  async countOutdated({ newestPrefix }: KeyRing): Promise<number> {
    return this.#reading(
      () => this.file.statement(countSealed).get(newestPrefix, newestPrefix.byteLength)?.['total'] as number,
    );
  }

  async changes(query: ChangeQuery): Promise<ChangePage> {
    return this.#reading((_, { revision, compacted }) => {
      if (comparePositions(query.after, endOf(compacted)) < 0) throw new CompactedError(compacted + 1);
      return this.#changesAfter(query, revision);
    });
  }

  async revision(): Promise<number> {
    return this.#reading((_, { revision }) => revision);
  }

  onChange(listener: () => void): () => void {
    let seen = this.file.isClosed ? 0 : this.file.dataVersion();
    const poll = () => {
      if (this.file.isClosed) return;
      const version = this.file.dataVersion();
      if (version === seen) return;
      seen = version;
      listener();
    };
    this.#poll = setInterval(poll, this.pollIntervalMs);
    return () => clearInterval(this.#poll);
  }

  async due(limit: number): Promise<{ keys: readonly string[]; nextInMs: number | undefined }> {
    return this.#reading((now) => {
      const found = this.file.statement(findDue).all(now, limit);
      const next = this.file.statement(findNextExpiry).get(now)?.['next'] as number | null;
      const keys = Array.from(found, ({ key }) => key as string);
      return { keys, nextInMs: next === null ? undefined : next - now };
    });
  }

  async compact(): Promise<void> {
    const { maxChanges, maxAgeMs } = this.retention;
    await this.#writing((now) => {
      const found = this.file.statement(lastToForget).get(maxChanges, now - maxAgeMs);
      const id = found?.['id'] as number | null;
      if (id === null) return;
      const compacted = revisionOf(id);
      this.file.statement(forgetChanges).run(idOf(endOf(compacted)));
      this.file.statement(saveOwner).run(compacted, now);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#poll);
    this.file.close();
  }

  #changesAfter({ after, pattern, limit, maxBytes }: ChangeQuery, revision: number): ChangePage {
    const changes: LoggedChange[] = [];
    let bytes = 0;
    for (const found of this.file.statement(findChanges).iterate(idOf(after))) {
      if (pattern && !matches(pattern, found['key'] as string)) continue;
      const change = readChange(found);
      bytes += change.value?.bytes.byteLength ?? 0;
      const before = changes.at(-1);
      if (before && (changes.length === limit || bytes > maxBytes)) {
        return { changes, upTo: placeAfter(before), more: true };
      }
      changes.push(change);
    }
    return { changes, upTo: endOf(revision), more: false };
  }

  #reading<T>(work: (now: number, owner: Owner) => T): Promise<T> {
    return this.#checked(() => this.file.read(() => this.#at(work)));
  }

  #writing<T>(work: (now: number, owner: Owner) => T): Promise<T> {
    return this.#checked(() => this.file.write(() => this.#at(work)));
  }

  async #checked<T>(work: () => Promise<T>): Promise<T> {
    if (this.file.isClosed) throw new StoreClosedError();
    return work();
  }

  #at<T>(work: (now: number, owner: Owner) => T): T {
    const { compacted, clock, newest } = this.file.statement(findOwner).get() as unknown as FoundOwner;
    const revision = newest === null ? compacted : revisionOf(newest);
    // A clock that is set back must neither revive a key nor put changes out of order.
    return work(Math.max(Date.now(), clock), { revision, compacted });
  }
}

interface Owner {
  readonly revision: number;
  /** The newest revision whose changes are no longer kept. */
  readonly compacted: number;
}

interface FoundOwner {
  readonly compacted: number;
  /** The instant of the newest change, also of one that is no longer kept. */
  readonly clock: number;
  /** The id of the newest change that is kept. */
  readonly newest: number | null;
}

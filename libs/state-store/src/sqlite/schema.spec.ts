import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFile } from './driver';
import { SqliteStore } from '.';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-schema-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const day = 86_400_000;

/** A file as earlier packages wrote it, with two revisions, of which the second is a transaction. */
function writeFile(version: 1 | 2, changes: 'kept' | 'compacted'): string {
  const file = join(folder, `${version}-${changes}.db`);
  const database = openFile(file);
  const [at, later] = [Date.now(), Date.now() + day];
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE owner (
      id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, compacted INTEGER NOT NULL, clock INTEGER NOT NULL);
    INSERT INTO owner VALUES (1, 2, 0, ${at});
    CREATE TABLE entries (
      key TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, revision INTEGER NOT NULL, is_json INTEGER NOT NULL,
      value BLOB, sensitive INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, expires_at INTEGER);
    CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
    CREATE TABLE changes (
      revision INTEGER NOT NULL, n INTEGER NOT NULL, last INTEGER NOT NULL, type TEXT NOT NULL, key TEXT NOT NULL,
      version INTEGER NOT NULL, is_json INTEGER NOT NULL, value BLOB, sensitive INTEGER NOT NULL,
      expired INTEGER NOT NULL, at INTEGER NOT NULL, expires_at INTEGER, PRIMARY KEY (revision, n)
    ) ${version === 1 ? '' : 'WITHOUT ROWID'};
    INSERT INTO entries VALUES
      ('/a', 2, 2, 1, CAST('{"n":2}' AS BLOB), 0, ${at}, ${at}, ${later}), ('/gone', 2, 2, 0, NULL, 0, ${at}, ${at}, NULL);
    INSERT INTO changes VALUES
      (1, 1, 0, 'created', '/a', 1, 1, CAST('{"n":1}' AS BLOB), 0, 0, ${at}, NULL),
      (1, 2, 1, 'created', '/gone', 1, 0, x'01', 0, 0, ${at}, NULL),
      (2, 1, 0, 'updated', '/a', 2, 1, CAST('{"n":2}' AS BLOB), 0, 0, ${at}, ${later}),
      (2, 2, 1, 'deleted', '/gone', 2, 0, NULL, 0, 0, ${at}, NULL);
    PRAGMA user_version = ${version};`);
  if (changes === 'compacted') database.exec('DELETE FROM changes; UPDATE owner SET compacted = 2');
  database.close();
  return file;
}

describe.each([1, 2] as const)('a file of schema %s', (version) => {
  it('keeps its keys, versions and changes', async () => {
    const file = writeFile(version, 'kept');
    const store = await SqliteStore.open(file);
    expect(await store.getEntry('/a')).toMatchObject({ value: { n: 2 }, version: 2, revision: 2 });
    expect((await store.getEntry('/a'))?.expiresAt).toBeDefined();
    expect(await store.exists('/gone')).toBe(false);
    expect(await store.update('/a', { m: 3 })).toBe(3);
    expect(await store.set('/gone', new Uint8Array([3]))).toBe(3);

    const seen: string[] = [];
    for await (const { revision, type, key, version: at } of store.watch('*', { since: '1-1' })) {
      seen.push(`${revision} ${type} ${key} ${at}`);
      if (revision === 4) break;
    }
    expect(seen).toEqual([
      '1 created /gone 1',
      '2 updated /a 2',
      '2 deleted /gone 2',
      '3 updated /a 3',
      '4 created /gone 3',
    ]);
    await store.close();

    const database = openFile(file);
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(() => database.exec('UPDATE owner SET revision = 1')).toThrow('no such column');
    database.close();
  });

  it('keeps its revision where no change is kept', async () => {
    const store = await SqliteStore.open(writeFile(version, 'compacted'));
    expect((await store.list('')).revision).toBe(2);
    expect(await store.setJson('/b', 1)).toBe(1);
    expect((await store.getEntry('/b'))?.revision).toBe(3);
    await store.close();
  });
});

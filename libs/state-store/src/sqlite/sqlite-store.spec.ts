import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactedError, StoreUnavailableError } from '..';
import { checkRule, rules } from '../conformance';
import type { StateStore } from '../store';
import { isLinearizable } from '../testing/spec/concurrent-clients';
import { agreesWithNaiveStore } from '../testing/spec/store-property';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { pause } from '../watch/backoff';
import { openFile } from './driver';
import { SqliteStore } from '.';

const folder = mkdtempSync(join(tmpdir(), 'sqlite-store-'));
let files = 0;
const encryption = aKeyRing();
const newFile = () => join(folder, `${++files}`, 'state.db');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('SqliteStore', () => {
  it.each(rules)('$name', async (rule) => {
    const opened = new Map<StateStore, string>();
    const outcome = await checkRule(rule, {
      open: async (options) => {
        const file = newFile();
        const store = await SqliteStore.open(file, { ...options, encryption });
        opened.set(store, file);
        return store;
      },
      openAgain: (store) => SqliteStore.open(opened.get(store) as string, { encryption }),
    });
    expect(outcome).toBe('kept');
  });

  it.each([true, false])('does what the naive store does, with steps at once: %s', async (atOnce) => {
    await agreesWithNaiveStore(() => SqliteStore.open(newFile()), { usualRuns: 20, atOnce });
  });

  it('gives every store of a file an answer that is true at a moment between question and answer', async () => {
    await isLinearizable((count) => {
      const file = newFile();
      return Promise.all(Array.from({ length: count }, () => SqliteStore.open(file)));
    }, 10);
  });

  it('says that a file is no database, and that a newer package wrote it', async () => {
    const text = join(folder, 'text');
    writeFileSync(
      text,
      'This is no database, but a text that is long enough to be taken for one. '.repeat(20),
    );
    await expect(SqliteStore.open(text)).rejects.toThrow(StoreUnavailableError);
    await expect(SqliteStore.open(join(text, 'below'))).rejects.toThrow(StoreUnavailableError);
    const newer = newFile();
    await (await SqliteStore.open(newer)).close();
    const database = openFile(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(SqliteStore.open(newer)).rejects.toThrow(
      'The file has schema 99, and this package knows 3: install the newer package.',
    );
  });

  it('never lets the revision fall, when all changes are removed and the file is opened again', async () => {
    const file = newFile();
    const retention = { maxAgeMs: 1 };
    const store = await SqliteStore.open(file, { retention });
    for (const value of [1, 2, 3]) await store.setJson('/a', value);
    await store.delete('/a');
    const changes = openFile(file);
    const count = () => changes.prepare('SELECT count(*) AS count FROM changes').get()?.['count'];
    while (count() !== 0) await pause(1);
    expect((await store.list('')).revision).toBe(4);
    await store.close();

    const again = await SqliteStore.open(file);
    expect((await again.list('')).revision).toBe(4);
    expect(await again.setJson('/a', 5)).toBe(5);
    expect((await again.list('')).revision).toBe(5);
    await expect(again.watch('/a', { since: 3 }).next()).rejects.toThrow(CompactedError);
    expect((await again.watch('/a', { since: 4 }).next()).value).toMatchObject({ revision: 5, version: 5 });
    await again.close();
    changes.close();
  });

  it('refuses a write that has to wait too long for another process, and does it later', async () => {
    const file = newFile();
    const store = await SqliteStore.open(file, { patienceMs: 50 });
    const other = openFile(file);
    other.exec('BEGIN IMMEDIATE');
    const refused = await store.setJson('/a', 1).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(StoreUnavailableError);
    expect((refused as StoreUnavailableError).facts).toEqual({ mayHaveHappened: false });
    expect(await store.exists('/a')).toBe(false);
    other.exec('ROLLBACK');
    other.close();
    expect(await store.setJson('/a', 1)).toBe(1);
    await store.close();
  });

  it('shows no key again, and writes no change out of order, when the clock is set back', async () => {
    const file = newFile();
    const store = await SqliteStore.open(file);
    await store.setJson('/later', 1);
    await store.close();
    const database = openFile(file);
    const ahead = Date.now() + 3_600_000;
    database.exec(`UPDATE owner SET clock = ${ahead}`);
    database.close();
    const again = await SqliteStore.open(file);
    await again.setJson('/lease', 1, { ttl: 60_000 });
    const entry = await again.getEntry('/lease');
    expect(Date.parse(entry?.updatedAt ?? '')).toBe(ahead);
    expect(Date.parse(entry?.expiresAt ?? '')).toBe(ahead + 60_000);
    await again.close();
  });
});

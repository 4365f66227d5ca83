import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { SecretUnreadableError } from '..';
import { refusal } from '../conformance/expect';
import { KeyRing, type ReencryptProgress } from '../secrets';
import { openFile } from './driver';
import { SqliteStore } from '.';

const keyOf = (id: string) => ({ id, bytes: randomBytes(32) });
const [first, second] = [keyOf('first'), keyOf('second')];
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-secrets-'));
  file = join(folder, 'state.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every byte of the database, its log and its index. */
const written = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describe('a sensitive value in SqliteStore', () => {
  it('is nowhere in the files in clear, nor are parts of it', async () => {
    const store = await SqliteStore.open(file, { encryption: new KeyRing([first]) });
    const secret = randomBytes(24).toString('hex');
    await store.setJson('/json', { password: secret }, { sensitive: true });
    await store.set('/bytes', Buffer.from(secret), { sensitive: true });
    await store.update('/json', { again: secret });
    await store.transaction([{ type: 'set', key: '/t', value: secret, sensitive: true }]);
    await store.setJson('/open', 'seen');
    expect([written().includes('seen'), written().includes(secret.slice(0, 16))]).toEqual([true, false]);
    await store.close();
    expect(written().includes(secret.slice(0, 16))).toBe(false);
  });

  it('cannot be read at another key or version, without its encryption key, or without any', async () => {
    const store = await SqliteStore.open(file, { encryption: new KeyRing([first]) });
    await store.setJson('/a', 'secret a', { sensitive: true });
    await store.setJson('/b', 'secret b', { sensitive: true });
    await store.close();
    const database = openFile(file);
    database.exec("UPDATE entries SET value = (SELECT value FROM entries WHERE key = '/a') WHERE key = '/b'");
    database.close();
    const again = await SqliteStore.open(file, { encryption: new KeyRing([first]) });
    expect(await again.getJson('/a')).toBe('secret a');
    await refusal(() => again.getJson('/b'), SecretUnreadableError);
    await again.close();
    const other = await SqliteStore.open(file, { encryption: new KeyRing([second]) });
    const { facts } = await refusal(() => other.getJson('/a'), SecretUnreadableError);
    expect(facts).toMatchObject({ key: '/a', keyId: 'first' });
    expect(await other.version('/a')).toBe(1);
    await other.close();
    const without = await SqliteStore.open(file);
    await refusal(() => without.getJson('/a'), SecretUnreadableError);
    await refusal(() => without.update('/a', {}), SecretUnreadableError);
    expect(await without.delete('/a')).toBe(true);
    await without.close();
  });

  it('is encrypted anew, in steps that may be ended, while its version stays', async () => {
    const before = await SqliteStore.open(file, { encryption: new KeyRing([first]) });
    for (let n = 10; n < 35; n++) await before.setJson(`/s/${n}`, n, { sensitive: true });
    await before.setJson('/open', 'seen');
    await before.close();
    const ring = new KeyRing([second, first]);
    const store = await SqliteStore.open(file, { encryption: ring });
    const stop = new AbortController();
    const seen: ReencryptProgress[] = [];
    const options = { ring, batchSize: 10, pauseMs: 0 };
    const onProgress = (progress: ReencryptProgress) =>
      void (seen.push(progress), stop.abort(new Error('later')));
    await expect(store.reencrypt({ ...options, signal: stop.signal, onProgress })).rejects.toThrow('later');
    expect(seen).toEqual([{ total: 25, done: 10, unreadable: [] }]);
    expect(await store.reencrypt(options)).toEqual({ total: 15, done: 15, unreadable: [] });
    expect(await store.reencrypt(options)).toEqual({ total: 0, done: 0, unreadable: [] });
    await store.close();
    const after = await SqliteStore.open(file, { encryption: new KeyRing([second]) });
    for (let n = 10; n < 35; n++) {
      expect(await after.getEntry(`/s/${n}`)).toMatchObject({ value: n, version: 1, sensitive: true });
    }
    await after.close();
  });
});

import { randomBytes } from 'node:crypto';
import { type TestDatabase, createEmptyDatabase } from '@nexus-state/test-kit';
import { Pool } from 'pg';
import { SecretUnreadableError } from '..';
import { range, refusal } from '../conformance/expect';
import { KeyRing } from '../secrets';
import { PostgresStores, reencrypt } from '.';

const keyOf = (id: string) => ({ id, bytes: randomBytes(32) });
const [first, second] = [keyOf('first'), keyOf('second')];
let database: TestDatabase;
let pool: Pool;

beforeEach(async () => {
  database = await createEmptyDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const open = (encryption: KeyRing) =>
  PostgresStores.open({ connectionString: database.url, poolSize: 4, encryption });

describe('sensitive values in PostgreSQL', () => {
  it('are in no table in clear, and can be read by no other owner that gets their bytes', async () => {
    const stores = await open(new KeyRing([first]));
    const secret = randomBytes(24).toString('hex');
    const ada = stores.store('ada');
    await ada.setJson('/a', secret, { sensitive: true });
    await ada.update('/a', { secret });
    await stores.store('bob').setJson('/a', 'of bob', { sensitive: true });
    const { rows } = await pool.query(
      `SELECT encode(value, 'escape') AS text FROM kv_entries UNION ALL SELECT encode(value, 'escape') FROM kv_changes`,
    );
    expect(rows.length).toBe(5);
    expect(JSON.stringify(rows)).not.toContain(secret.slice(0, 12));
    await pool.query(
      `UPDATE kv_entries SET version = 2, value = (SELECT value FROM kv_entries WHERE owner = 'ada') WHERE owner = 'bob'`,
    );
    await refusal(() => stores.store('bob').getJson('/a'), SecretUnreadableError);
    expect(await ada.getJson('/a')).toEqual({ secret });
    await stores.close();
  });

  it('are encrypted anew beside writers, which lose nothing', async () => {
    // The new key is known everywhere before anything is encrypted with it.
    const before = await open(new KeyRing([first, second]));
    const owners = range(1, 3).map((n) => `owner-${n}`);
    const keys = range(10, 49).map((n) => `/s/${n}`);
    const writes = owners.flatMap((owner) =>
      keys.map((key) => before.store(owner).setJson(key, { n: 0 }, { sensitive: true })),
    );
    await Promise.all(writes);
    const ring = new KeyRing([second, first]);
    // Some replicas encrypt with it already.
    const during = await open(ring);
    let stopped = false;
    const write = async (stores: PostgresStores, of: number) => {
      const counts = new Map<string, number>();
      for (let n = 0; !stopped; n++) {
        const [owner, key] = [owners[n % 3] as string, keys[(n * 7 + of) % keys.length] as string];
        await stores.store(owner).update(key, { [`of${of}`]: n });
        counts.set(`${owner} ${key}`, n);
      }
      return counts;
    };
    const writing = [write(before, 0), write(during, 1), write(during, 2)];
    const { unreadable } = await reencrypt(pool, { ring, batchSize: 7, pauseMs: 1 });
    expect(unreadable).toEqual([]);
    stopped = true;
    const counts = await Promise.all(writing);
    await before.close();
    await during.close();
    // What replicas with the old keys wrote meanwhile is left to a second time.
    await reencrypt(pool, { ring });
    expect(await reencrypt(pool, { ring })).toEqual({ total: 0, done: 0, unreadable: [] });
    const after = await open(new KeyRing([second]));
    for (const owner of owners) {
      for (const key of keys) {
        const value = await after.store(owner).getJson<Record<string, number>>(key);
        counts.forEach((last, of) => expect(value?.[`of${of}`]).toBe(last.get(`${owner} ${key}`)));
      }
    }
    await after.close();
  });

  it('that cannot be read stay as they are, and are named', async () => {
    const stores = await open(new KeyRing([first]));
    await stores.store('ada').setJson('/a', 1, { sensitive: true });
    await stores.store('ada').setJson('/open', 1);
    await stores.close();
    const found = await reencrypt(pool, { ring: new KeyRing([second]) });
    expect(found).toMatchObject({ total: 1, done: 0, unreadable: [{ key: '/a', keyId: 'first' }] });
  });
});

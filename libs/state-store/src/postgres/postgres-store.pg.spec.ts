import { Pool } from 'pg';
import { type TestDatabase, asAdministrator, createEmptyDatabase } from '@nexus-state/test-kit';
import {
  InvalidArgumentError,
  StoreUnavailableError,
  type Write,
  deleteWrite,
  mergeWrite,
  setWrite,
} from '..';
import { checkRule, rules } from '../conformance';
import { range, take, until } from '../conformance/expect';
import { noCipher } from '../model';
import type { StateStore } from '../store';
import { isLinearizable } from '../testing/spec/concurrent-clients';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { agreesWithNaiveStore } from '../testing/spec/store-property';
import { PostgresWriter } from './postgres-writer';
import { PostgresStore, PostgresStores, keyDistribution, keyMigrations, migrate } from '.';

let database: TestDatabase;
const encryption = aKeyRing();
let owners = 0;
const newOwner = () => `owner-${++owners}`;
const open = (owner: string, options: object = {}) =>
  PostgresStore.open({ connectionString: database.url, poolSize: 3, owner, encryption, ...options });

beforeAll(async () => {
  database = await createEmptyDatabase();
});
afterAll(() => database.drop());

/** What holds for any order of the steps of many, with either form of the function that writes. */
function itIsOneStoreForAll(url: () => string): void {
  it.each([true, false])('does what the naive store does, with steps at once: %s', async (atOnce) => {
    const stores = await PostgresStores.open({ connectionString: url() });
    await agreesWithNaiveStore(async () => stores.store(newOwner()), { usualRuns: 20, atOnce });
    await stores.close();
  });

  it('gives every process an answer that is true at a moment between question and answer', async () => {
    const processes = await Promise.all(
      range(1, 3).map(() => PostgresStores.open({ connectionString: url(), poolSize: 3 })),
    );
    await isLinearizable(async () => {
      const owner = newOwner();
      return processes.map((stores) => stores.store(owner));
    }, 15);
    await Promise.all(processes.map((stores) => stores.close()));
  });
}

describe('PostgresStore, with the function for distributed tables', () => {
  let other: TestDatabase;
  beforeAll(async () => {
    other = await createEmptyDatabase();
    const pool = new Pool({ connectionString: other.url });
    await migrate(pool);
    await pool.query(keyDistribution.write.text);
    await pool.end();
  });
  afterAll(() => other.drop());

  itIsOneStoreForAll(() => other.url);
});

describe('PostgresStore', () => {
  it.each(rules)('$name', async (rule) => {
    const opened = new Map<StateStore, string>();
    const outcome = await checkRule(rule, {
      open: async (options) => {
        const owner = newOwner();
        const store = await open(owner, options);
        opened.set(store, owner);
        return store;
      },
      openAgain: (store) => open(opened.get(store) as string),
    });
    expect(outcome).toBe('kept');
  });

  itIsOneStoreForAll(() => database.url);

  it('keeps the keys of owners apart, and refuses a bad owner', async () => {
    const stores = await PostgresStores.open({ connectionString: database.url });
    const one = stores.store(newOwner());
    const two = stores.store(newOwner());
    const watch = two.watch('*');
    await one.setJson('/a', 1);
    await two.setJson('/b', 2);
    expect(await two.exists('/a')).toBe(false);
    expect((await take(watch, 1))[0]).toMatchObject({ key: '/b', revision: 1 });
    expect((await one.list('')).items).toHaveLength(1);
    for (const owner of ['', 'a\u0000', 'x'.repeat(257)]) {
      expect(() => stores.store(owner)).toThrow(InvalidArgumentError);
    }
    await stores.close();
  });

  it('deletes what is due of owners whose stores are not open', async () => {
    const owner = newOwner();
    const before = await open(owner);
    await before.setJson('/lease', 1, { ttl: 200 });
    await before.close();
    const stores = await PostgresStores.open({ connectionString: database.url });
    const pool = new Pool({ connectionString: database.url });
    const isDeleted = async () => {
      const { rows } = await pool.query('SELECT value FROM kv_entries WHERE owner = $1', [owner]);
      return rows[0].value === null;
    };
    await until(isDeleted, 'the deletion');
    await pool.end();
    await stores.close();
  });

  it('writes with one statement where it knows the key, and with two where another process was there', async () => {
    const owner = newOwner();
    await (await open(owner)).close();
    const pool = new Pool({ connectionString: database.url, max: 1 });
    let statements = 0;
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...args: unknown[]) => unknown;
      client.query = ((...args: unknown[]) => {
        statements++;
        return query(...args);
      }) as typeof client.query;
    });
    const one = new PostgresWriter(pool, owner, noCipher);
    const two = new PostgresWriter(pool, owner, noCipher);
    const count = async (writer: PostgresWriter, write: Write): Promise<number> => {
      statements = 0;
      const { outcomes } = await writer.commit([{ checks: [], writes: [write] }]);
      expect(outcomes[0]).toHaveProperty('receipt');
      return statements;
    };
    const set = (value: number) => setWrite('/a', { value });
    expect(await count(one, set(1))).toBe(1);
    expect(await count(one, set(2))).toBe(1);
    expect(await count(one, mergeWrite('/a', { more: 1 }))).toBe(1);
    expect(await count(two, set(3))).toBe(2);
    expect(await count(two, set(4))).toBe(1);
    expect(await count(one, mergeWrite('/a', { more: 2 }))).toBe(2);
    expect(await count(one, deleteWrite('/a'))).toBe(1);
    expect(await count(one, set(5))).toBe(1);
    await pool.end();
  });

  it('goes on after the connections are lost, and watches miss nothing', async () => {
    const owner = newOwner();
    const store = await open(owner);
    const watch = store.watch('*');
    await store.setJson('/a', 1);
    expect((await take(watch, 1))[0]?.value).toBe(1);
    await asAdministrator(database.url, (client) =>
      client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      ),
    );
    // A write on a lost connection may fail, and then says so.
    const again = async () => {
      try {
        return (await store.setJson('/a', 2)) > 1;
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailableError);
        return false;
      }
    };
    await until(again, 'a write');
    const other = await open(owner);
    await other.setJson('/b', 3);
    const seen: unknown[] = [];
    do seen.push((await take(watch, 1))[0]?.value);
    while (seen.at(-1) !== 3);
    expect(new Set(seen)).toEqual(new Set([2, 3]));
    await Promise.all([store.close(), other.close()]);
  });

  it('works on a pool of the caller, and leaves it open', async () => {
    const pool = new Pool({ connectionString: database.url, max: 2 });
    const owner = newOwner();
    const [one, two] = await Promise.all([
      PostgresStore.open({ pool, owner }),
      PostgresStore.open({ pool, owner, migrate: false }),
    ]);
    const watch = two.watch('*');
    await watch.ready;
    await one.setJson('/a', 1);
    expect((await take(watch, 1))[0]?.value).toBe(1);
    await Promise.all([one.close(), two.close()]);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await expect(PostgresStore.open({ owner })).rejects.toThrow(InvalidArgumentError);
  });

  it('tells watches of other processes without LISTEN, too', async () => {
    const owner = newOwner();
    const one = await open(owner, { listen: false });
    const two = await open(owner, { listen: false });
    const watch = one.watch('/a');
    await watch.ready;
    await two.setJson('/a', 1);
    expect((await take(watch, 1))[0]).toMatchObject({ key: '/a', value: 1 });
    await Promise.all([one.close(), two.close()]);
  });

  it('migrates from several processes at once, there and back', async () => {
    const other = await createEmptyDatabase();
    const pool = new Pool({ connectionString: other.url });
    await Promise.all([migrate(pool), migrate(pool), migrate(pool)]);
    const tables = async () => {
      const { rows } = await pool.query(
        `SELECT tablename FROM pg_tables WHERE tablename LIKE 'kv\\_%' ORDER BY tablename`,
      );
      return rows.map(({ tablename }) => tablename);
    };
    expect(await tables()).toEqual(['kv_changes', 'kv_entries', 'kv_migrations', 'kv_owners']);
    for (const { down } of [...keyMigrations].reverse()) await pool.query(down);
    expect(await tables()).toEqual(['kv_migrations']);
    // As the migrations of a service do, which keep a list of their own.
    await pool.query('DROP TABLE kv_migrations');
    const [first] = keyMigrations;
    await pool.query(first?.up ?? '');
    await migrate(pool);
    const store = await PostgresStore.open({ pool, encryption });
    expect(await store.setJson('/a', 1, { sensitive: true })).toBe(1);
    await store.close();
    await pool.end();
    await other.drop();
  });
});

import { randomBytes } from 'node:crypto';
import type { StateStore } from '@nexus-state/store';
import { checkRule, rules } from '@nexus-state/store/conformance';
import { PostgresStore, PostgresStores } from '@nexus-state/store/postgres';
import { KeyRing } from '@nexus-state/store/secrets';
import type { OpenDatabase } from './contracts';

/** What every store of keys promises, kept by the keys in a database with our schema. */
export function describeKeys(name: string, open: () => Promise<OpenDatabase>): void {
  describe(`keys: ${name}`, () => {
    const encryption = new KeyRing([{ id: 'only', bytes: randomBytes(32) }]);
    const owners = new Map<StateStore, string>();
    let database: OpenDatabase;
    let [here, there]: PostgresStores[] = [];
    const options = () => ({
      connectionString: database.url,
      poolSize: 3,
      timeoutMs: 60_000,
      encryption,
      migrate: false,
    });
    beforeAll(async () => {
      database = await open();
      here = await PostgresStores.open(options());
      there = await PostgresStores.open(options());
    });
    afterAll(async () => {
      await here?.close();
      await there?.close();
      await database?.close();
    });

    it.each(rules)('$name', async (rule) => {
      const outcome = await checkRule(rule, {
        open: async ({ retention } = {}) => {
          const owner = `owner-${owners.size}`;
          const store = retention
            ? await PostgresStore.open({ ...options(), owner, retention })
            : (here as PostgresStores).store(owner);
          owners.set(store, owner);
          return store;
        },
        openAgain: async (store) => (there as PostgresStores).store(owners.get(store) as string),
      });
      expect(outcome).toBe('kept');
    });
  });
}

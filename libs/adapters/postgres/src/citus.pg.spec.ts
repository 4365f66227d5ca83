import { anAppend } from '@nexus-state/state-core/testing';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { applyDistribution, distributedTables, referenceTables } from './distribution';
import { PostgresPanelStore } from './panel-store';
import { CitusDatabases } from './testing/citus-database';
import { type OpenDatabase, describeContracts } from './testing/contracts';

const coordinator = process.env['TEST_CITUS_URL'];

// Databases are made on every node, and distributed; where a whole cluster shares a machine, each statement takes longer, too.
jest.setTimeout(300_000);

if (coordinator) {
  const databases = new CitusDatabases(coordinator);
  afterAll(() => databases.drop());
  describeContracts('Citus', () => databases.open());
  describe('a Citus cluster', () => {
    let database: OpenDatabase;
    beforeAll(async () => {
      database = await databases.open();
    });
    afterAll(() => database?.close());

    it('has every table where it belongs, and is not distributed twice', async () => {
      const rows = await database.source.query<{ name: string; kind: string }[]>(
        `SELECT table_name::text AS name, citus_table_type AS kind FROM citus_tables WHERE citus_table_type <> 'local'`,
      );
      const kinds = new Map(rows.map(({ name, kind }) => [name, kind] as const));
      expect(kinds).toEqual(
        new Map([
          ...distributedTables.map((name) => [name, 'distributed'] as const),
          ...referenceTables.map((name) => [name, 'reference'] as const),
        ]),
      );
      const runner = database.source.createQueryRunner();
      expect(await applyDistribution(runner, 'citus').finally(() => runner.release())).toEqual([]);
    });

    it('is not taken for one PostgreSQL', async () => {
      const runner = database.source.createQueryRunner();
      const done = applyDistribution(runner, 'none').finally(() => runner.release());
      await expect(done).rejects.toThrow(
        'The tables are distributed by Citus, and DATABASE_DISTRIBUTION is none',
      );
    });

    it('gives each workspace its revisions without a gap, while many write to many of them', async () => {
      const store = new PostgresPanelStore(database.source);
      const workspaces = Array.from({ length: 6 }, () => aWorkspace());
      const rounds = 10;
      const write = async (panelId: string) => {
        for (let version = 0; version < rounds; version++) {
          const batch = workspaces.map((workspace) =>
            anAppend({ ...workspace, panelId }, version, [{ state: { version } }]),
          );
          for (const { outcome } of await store.append(batch)) expect(outcome).toBe('appended');
        }
      };
      const panels = ['a', 'b', 'c', 'd'];
      await Promise.all(panels.map(write));
      const total = panels.length * rounds;
      for (const { owner } of workspaces) {
        const [row] = await database.source.query<object[]>(
          `SELECT count(DISTINCT revision)::integer AS revisions, max(revision)::integer AS newest FROM state_history WHERE owner = $1`,
          [owner],
        );
        expect(row).toEqual({ revisions: total, newest: total });
      }
    });
  });
} else {
  describe.skip('a Citus cluster (skipped: TEST_CITUS_URL names no coordinator)', () => {
    it('keeps the promises of every port', () => undefined);
  });
}

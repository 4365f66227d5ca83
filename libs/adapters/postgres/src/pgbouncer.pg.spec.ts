import { createTestDatabase } from '@nexus-state/test-kit';
import { describeContracts } from './testing/contracts';
import { PgBouncer } from './testing/pgbouncer';
import { openDataSource } from './testing/postgres-adapter';

const command = process.env['TEST_PGBOUNCER'];

if (command) {
  describeContracts('PostgreSQL through PgBouncer', async () => {
    const database = await createTestDatabase();
    const pooler = await PgBouncer.start(command, database.url);
    const url = pooler.before(database.url);
    const source = await openDataSource(url);
    const close = async () => {
      await source.destroy();
      await pooler.stop();
      await database.drop();
    };
    return { source, url, close };
  });
} else {
  describe.skip('PostgreSQL through PgBouncer (skipped: TEST_PGBOUNCER names no PgBouncer 1.21 or newer)', () => {
    it('keeps the promises of every port', () => undefined);
  });
}

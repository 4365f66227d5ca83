import 'reflect-metadata';
import { postgresDataSource } from './data-source';

const migrationTimeoutMs = 600_000;
const usage = 'Usage: DATABASE_URL=postgresql://… node migrate.js [up|down]';

/**
 * The migration command: brings the schema of `DATABASE_URL` up to date, or takes its newest migration back. Safe to
 * run from several places at once: PostgreSQL's advisory lock lets one go first.
 */
async function main(direction: string): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (!url || !['up', 'down'].includes(direction)) throw new Error(usage);
  const source = postgresDataSource({ url, poolSize: 2, timeoutMs: migrationTimeoutMs });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('nexus-state migrations'))`);
    if (direction === 'down') await source.undoLastMigration({ transaction: 'all' });
    else
      for (const { name } of await source.runMigrations({ transaction: 'all' }))
        console.log(`migrated ${name}`);
    console.log('The schema is up to date.');
  } finally {
    await lock.release();
    await source.destroy();
  }
}

main(process.argv[2] ?? 'up').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

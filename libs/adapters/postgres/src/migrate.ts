import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { postgresDataSource } from './data-source';
import { applyDistribution, readDistribution } from './distribution';
import { applyQueryIndex, readQueryIndex } from './query-index';
import { applyVectorTable } from './vector-table';

const migrationTimeoutMs = 600_000;
/** To distribute a table is to copy all of its rows. */
const distributionTimeoutMs = 86_400_000;
const turnMs = 200;
const usage =
  'Usage: DATABASE_URL=postgresql://… [QUERY_INDEX=on|off] [DATABASE_DISTRIBUTION=none|citus] node migrate.js [up|down]';

/**
 * The migration command: brings the schema of `DATABASE_URL` up to date, or takes its newest migration back. Up, it also
 * builds or drops the indexes that serve queries, as `QUERY_INDEX` says, distributes the tables, where `DATABASE_DISTRIBUTION` says so,
 * and else gives embeddings to pgvector where the server has it. Safe to run from several places at once: PostgreSQL's
 * advisory lock lets one go first.
 */
async function main(direction: string): Promise<void> {
  const url = process.env['DATABASE_URL'];
  if (!url || !['up', 'down'].includes(direction)) throw new Error(usage);
  const queryIndex = readQueryIndex(process.env['QUERY_INDEX']);
  const distribution = readDistribution(process.env['DATABASE_DISTRIBUTION']);
  const timeoutMs = distribution === 'citus' ? distributionTimeoutMs : migrationTimeoutMs;
  const source = postgresDataSource({ url, poolSize: 2, timeoutMs });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await takeTurn(lock);
    if (direction === 'down') await source.undoLastMigration({ transaction: 'all' });
    else {
      for (const { name } of await source.runMigrations({ transaction: 'all' }))
        console.log(`migrated ${name}`);
      for (const name of await applyDistribution(lock, distribution))
        console.log(`distributed the table ${name}`);
      for (const name of await applyQueryIndex(lock, queryIndex))
        console.log(`${queryIndex === 'on' ? 'built' : 'dropped'} the index ${name}`);
      // On Citus it would be a table of the coordinator alone, beside those that are distributed.
      const moved = distribution === 'none' ? await applyVectorTable(lock) : undefined;
      if (moved !== undefined) console.log(`pgvector keeps the embeddings; moved to it: ${moved}`);
    }
    console.log('The schema is up to date.');
  } finally {
    await lock.release();
    await source.destroy();
  }
}

/**
 * Waits for the lock of migrations. It is asked for again and again: a statement that waits for it would be waited for by the one
 * that builds an index, and so by the holder of the lock.
 * @throws Error when it was not free in time
 */
async function takeTurn(runner: QueryRunner): Promise<void> {
  for (const deadline = Date.now() + migrationTimeoutMs; ; await sleep(turnMs)) {
    const [lock]: { taken: boolean }[] = await runner.query(
      `SELECT pg_try_advisory_lock(hashtext('nexus-state migrations')) AS taken`,
    );
    if (lock?.taken) return;
    if (Date.now() > deadline) throw new Error('Another migration did not end in time.');
  }
}

main(process.argv[2] ?? 'up').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

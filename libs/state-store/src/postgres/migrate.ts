import type { Pool } from 'pg';
import { inTransaction } from './connection';
import { keyMigrations } from './migrations';

/** Names the lock that lets one process migrate at a time: the letters "nexuskv". */
const lock = 0x6e_65_78_75_73_6b;

/**
 * Brings the schema of the keys up to date. Several processes may call it at the same time; it does nothing where nothing is to
 * be done, also where the migrations of a service have done it.
 * @throws StoreUnavailableError
 */
export async function migrate(pool: Pool): Promise<void> {
  await inTransaction(pool, async (run) => {
    await run('SELECT pg_advisory_xact_lock($1)', [lock]);
    await run(
      `CREATE TABLE IF NOT EXISTS kv_migrations (
        name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
    );
    const applied = await run<{ name: string }>('SELECT name FROM kv_migrations');
    for (const { name, up, isDone } of keyMigrations) {
      if (applied.some((known) => known.name === name)) continue;
      const [state] = await run<{ done: boolean }>(`SELECT ${isDone} AS done`);
      // A service with migrations of its own has done it.
      if (state?.done !== true) await run(up);
      await run('INSERT INTO kv_migrations (name) VALUES ($1)', [name]);
    }
  });
}

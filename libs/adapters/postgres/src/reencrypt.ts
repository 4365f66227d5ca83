import { reencrypt } from '@nexus-state/store/postgres';
import { KeyRing } from '@nexus-state/store/secrets';
import { Pool } from 'pg';
import { poolOptions } from './data-source';

const usage = 'Usage: DATABASE_URL=postgresql://… STATE_ENCRYPTION_KEYS=new:…,old:… node reencrypt.js';
const statementTimeoutMs = 60_000;
/** Bounds what an operator is shown. */
const shownAtMost = 20;

/**
 * The command that encrypts the sensitive values of keys anew that are not under the newest of `STATE_ENCRYPTION_KEYS`, beside the
 * services. Ended in the middle, the next run goes on with the rest.
 */
async function main(): Promise<void> {
  const { DATABASE_URL: url, STATE_ENCRYPTION_KEYS: keys } = process.env;
  if (!url || !keys) throw new Error(usage);
  const ring = KeyRing.parse(keys);
  const pool = new Pool(poolOptions({ url, poolSize: 1, timeoutMs: statementTimeoutMs }));
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error('Stopped. Run it again for the rest.')));
  }
  try {
    const { total, done, unreadable } = await reencrypt(pool, {
      ring,
      signal: stop.signal,
      onProgress: (progress) => console.log(`${progress.done} of ${progress.total} values`),
    });
    for (const { message } of unreadable.slice(0, shownAtMost)) console.error(message);
    if (unreadable.length > 0) throw new Error(`${unreadable.length} of ${total} values cannot be read.`);
    console.log(`${done} values are under the key "${ring.newestId}" now, and none is under another.`);
  } finally {
    await pool.end();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

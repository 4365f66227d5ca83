import type { Pool } from 'pg';
import type { SecretUnreadableError } from '../model';
import { type ReencryptOptions, type ReencryptProgress, resealed } from '../secrets/rotation';
import { pause } from '../watch/backoff';
import { bufferOf, runOn } from './connection';
import { readValue } from './rows';

// $1 is what a value begins with that is under the newest key.
const isUnderAnother =
  'sensitive AND value IS NOT NULL AND substring(value FROM 1 FOR octet_length($1::bytea)) <> $1::bytea';

const countStatement = `SELECT count(*) AS total FROM kv_entries WHERE ${isUnderAnother}`;
const pageStatement = `
  SELECT owner, key, version, is_json, value FROM kv_entries
  WHERE ${isUnderAnother} AND (owner, key) > ($2, $3) ORDER BY owner, key LIMIT $4`;
// A value that was written meanwhile is left alone: its version, or its bytes, are others.
const replaceStatement = `
  UPDATE kv_entries SET value = $5 WHERE owner = $1 AND key = $2 AND version = $3 AND value = $4`;

interface SealedRow {
  readonly owner: string;
  readonly key: string;
  readonly version: string;
  readonly is_json: boolean;
  readonly value: Buffer;
}

/**
 * Encrypts the sensitive values of all owners anew that are not under the newest key. Versions and revisions stay, and watches see
 * nothing of it. It may run beside readers and writers, several times at once, and again after it was ended.
 * @throws StoreUnavailableError; the reason of the signal
 */
export async function reencrypt(pool: Pool, options: ReencryptOptions): Promise<ReencryptProgress> {
  const { ring, batchSize = 100, pauseMs = 10, signal, onProgress } = options;
  const newest = bufferOf(ring.newestPrefix);
  const [counted] = await runOn<{ total: string }>(pool, countStatement, [newest], { writes: false });
  const total = Number(counted?.total);
  const unreadable: SecretUnreadableError[] = [];
  let done = 0;
  let [owner, key] = ['', ''];
  for (;;) {
    signal?.throwIfAborted();
    const page = await runOn<SealedRow>(pool, pageStatement, [newest, owner, key, batchSize], {
      writes: false,
    });
    for (const row of page) {
      signal?.throwIfAborted();
      if (await replace(row)) done++;
    }
    // Where others have written meanwhile, there may have been more than were counted, or fewer.
    onProgress?.({ total: Math.max(total, done + unreadable.length), done, unreadable });
    const last = page.at(-1);
    if (!last) return { total: Math.max(total, done + unreadable.length), done, unreadable };
    ({ owner, key } = last);
    await pause(pauseMs);
  }

  async function replace(row: SealedRow): Promise<boolean> {
    const place = { key: row.key, version: Number(row.version) };
    const sealed = readValue(row);
    const anew = sealed && resealed(ring, row.owner, place, sealed, (error) => void unreadable.push(error));
    if (!anew) return false;
    const values = [row.owner, row.key, place.version, row.value, bufferOf(anew.bytes)];
    await runOn(pool, replaceStatement, values, { writes: true });
    return true;
  }
}

import type { DataSource } from 'typeorm';
import type { FencedLock, FencingTokens, LockKey } from '@nexus-state/state-core';
import { type Run, query } from './query';

const newestStatement = {
  name: 'newest-fencing-token',
  text: `SELECT fencing_token AS token FROM lock_tokens WHERE owner = $1 AND name = $2`,
};

/**
 * Gives out the next number of a lock. Waits for those who write under the number before: they hold the row until they have
 * committed.
 * In:  $1, $2 the lock, $3 its newest number.
 * Out: the next number; no row where $3 is not the newest one.
 */
const advanceStatement = {
  name: 'advance-fencing-token',
  text: `
    INSERT INTO lock_tokens AS stored (owner, name, fencing_token) VALUES ($1, $2, $3::bigint + 1)
    ON CONFLICT (owner, name) DO UPDATE SET fencing_token = stored.fencing_token + 1
      WHERE stored.fencing_token = $3::bigint
    RETURNING fencing_token AS token`,
};

/**
 * Holds the newest number of a lock until the transaction ends, where it is $3: no newer one is given out meanwhile.
 * In:  $1, $2 the lock, $3 the number.
 * Out: one row where it is the newest.
 */
const holdStatement = {
  name: 'hold-fencing-token',
  text: `SELECT 1 FROM lock_tokens WHERE owner = $1 AND name = $2 AND fencing_token = $3 FOR SHARE`,
};

interface TokenRow {
  token: string;
}

/** The numbers of locks in PostgreSQL, beside the panels that are written under them. */
export class PostgresFencingTokens implements FencingTokens {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async newest({ owner, name }: LockKey): Promise<number> {
    const [row] = await query<TokenRow>(this.source, newestStatement, [owner, name]);
    return Number(row?.token ?? 0);
  }

  async advance({ owner, name }: LockKey, newest: number): Promise<number | undefined> {
    const [row] = await query<TokenRow>(this.source, advanceStatement, [owner, name, newest]);
    return row && Number(row.token);
  }
}

/**
 * Keeps newer numbers of a lock from being given out until the transaction ends.
 * @param run runs statements within the transaction
 * @returns whether the number is the newest one; where not, the transaction is to be rolled back
 */
export async function holdFence(run: Run, { owner, name, fencingToken }: FencedLock): Promise<boolean> {
  return (await run(holdStatement, [owner, name, fencingToken])).length === 1;
}

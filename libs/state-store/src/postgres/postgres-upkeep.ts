import type { Pool } from 'pg';
import type { WriteRequest } from '../model';
import type { Retention } from '../store/backend';
import { Sweeper } from '../store/sweeper';
import { runOn } from './connection';

/** Keys that one step of a sweep deletes. */
const sweepSize = 256;
const sweepIntervalMs = 1_000;
const compactIntervalMs = 60_000;

const dueStatement = {
  name: 'kv-due',
  text: `
    SELECT owner, key, (extract(epoch FROM expires_at - clock_timestamp()) * 1000)::float8 AS "inMs"
    FROM kv_entries WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT $1`,
};

/** @param ofOwner names the owner of a table, where it is one and known */
const forget = (cut: string, ofOwner: (table: string) => string = () => '') => `
  WITH cut AS (${cut}), moved AS (
    UPDATE kv_owners AS counter SET compacted = greatest(counter.compacted, cut.revision) FROM cut
    WHERE ${ofOwner('counter')}counter.owner = cut.owner RETURNING counter.owner, counter.compacted
  )
  DELETE FROM kv_changes AS change USING moved
  WHERE ${ofOwner('change')}change.owner = moved.owner AND change.revision <= moved.compacted`;

const forgetOldest = {
  name: 'kv-forget-oldest',
  text: forget(
    'SELECT owner, revision FROM kv_changes WHERE owner = $1 ORDER BY revision DESC, n DESC OFFSET $2 LIMIT 1',
    (table) => `${table}.owner = $1 AND `,
  ),
};

const forgetAged = {
  name: 'kv-forget-aged',
  text: forget(
    `SELECT owner, max(revision) AS revision FROM kv_changes
     WHERE at < clock_timestamp() - $1 * interval '1 millisecond' GROUP BY owner ORDER BY owner LIMIT 1000`,
  ),
};

/** Deletes a key of an owner if its time has passed. */
export type ExpireKeys = (owner: string, keys: readonly string[]) => Promise<void>;

/** The upkeep of all owners of a database. Every process may do it: a key is deleted once all the same. */
export class PostgresUpkeep {
  readonly #sweeper: Sweeper;
  readonly #timer: NodeJS.Timeout;
  readonly #compactAfter: number;
  readonly #written = new Map<string, number>();
  readonly #compacting = new Set<Promise<void>>();

  constructor(
    private readonly pool: Pool,
    private readonly expire: ExpireKeys,
    private readonly retention: Required<Retention>,
  ) {
    this.#compactAfter = Math.max(1, Math.floor(retention.maxChanges / 10));
    this.#sweeper = new Sweeper(() => this.#sweep(), sweepIntervalMs);
    this.#sweeper.expect(0);
    const interval = Math.min(compactIntervalMs, Math.max(1_000, retention.maxAgeMs / 10));
    this.#timer = setInterval(() => this.#compact(forgetAged, [retention.maxAgeMs]), interval);
    this.#timer.unref();
  }

  /** An owner's request was written. */
  written(owner: string, { writes }: WriteRequest): void {
    for (const write of writes) {
      if ('ttl' in write && write.ttl !== undefined) this.#sweeper.expect(write.ttl);
    }
    const written = (this.#written.get(owner) ?? 0) + writes.length;
    this.#written.set(owner, written);
    if (written < this.#compactAfter) return;
    this.#written.delete(owner);
    this.#compact(forgetOldest, [owner, this.retention.maxChanges]);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeper.close();
    await Promise.all(this.#compacting);
  }

  async #sweep(): Promise<number | undefined> {
    const rows = await runOn<{ owner: string; key: string; inMs: number }>(
      this.pool,
      dueStatement,
      [sweepSize],
      {
        writes: false,
      },
    );
    const due = new Map<string, string[]>();
    for (const { owner, key, inMs } of rows) {
      if (inMs > 0) break;
      const keys = due.get(owner);
      if (keys) keys.push(key);
      else due.set(owner, [key]);
    }
    await Promise.all([...due].map(([owner, keys]) => this.expire(owner, keys)));
    const next = rows.find(({ inMs }) => inMs > 0);
    return next?.inMs ?? (rows.length === sweepSize ? 0 : undefined);
  }

  #compact(statement: { readonly name: string; readonly text: string }, values: readonly unknown[]): void {
    // A database that is away, or another process that does the same, leaves it to the next time.
    const running = runOn(this.pool, statement, values, { writes: true }).then(
      () => undefined,
      () => undefined,
    );
    this.#compacting.add(running);
    void running.then(() => this.#compacting.delete(running));
  }
}

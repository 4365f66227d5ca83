import type { DataSource } from 'typeorm';
import type { CacheEpoch, CacheEpochs } from '@nexus-state/state-core';
import { type Statement, query } from './query';

// All times are the server's: processes need not have the same clock.
const columns = `
  epoch, server,
  extract(epoch FROM clock_timestamp() - server_since) * 1000 AS "serverForMs",
  greatest(0, extract(epoch FROM suspended_until - clock_timestamp())) * 1000 AS "suspendedForMs"`;

const until = (milliseconds: string) =>
  `greatest(suspended_until, clock_timestamp() + ${milliseconds} * interval '1 millisecond')`;

const readStatement = { name: 'read-cache-epoch', text: `SELECT ${columns} FROM cache_epoch` };

const suspendStatement = {
  name: 'suspend-cache',
  text: `
    UPDATE cache_epoch
    SET epoch = CASE WHEN suspended_until > clock_timestamp() THEN epoch ELSE gen_random_uuid() END,
        suspended_until = ${until('$1::float8')}
    RETURNING ${columns}`,
};

const moveStatement = {
  name: 'move-cache',
  text: `
    UPDATE cache_epoch
    SET epoch = gen_random_uuid(), server = $1,
        server_since = CASE WHEN server IS NULL THEN NULL ELSE clock_timestamp() END,
        suspended_until = CASE WHEN server IS NULL THEN suspended_until ELSE ${until('$2::float8')} END
    WHERE server IS DISTINCT FROM $1
    RETURNING ${columns}`,
};

interface EpochRow {
  epoch: string;
  server: string | null;
  serverForMs: string | null;
  suspendedForMs: string;
}

/** The agreement about cached copies, in one row of PostgreSQL. */
export class PostgresCacheEpochs implements CacheEpochs {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async read(): Promise<CacheEpoch> {
    const [row] = await this.#run(readStatement, []);
    if (!row) throw new Error('The table cache_epoch has no row: run the migrations.');
    return row;
  }

  async suspend(ms: number): Promise<CacheEpoch> {
    const [row] = await this.#run(suspendStatement, [ms]);
    return row ?? this.read();
  }

  async moveTo(server: string, suspendMs: number): Promise<CacheEpoch> {
    const [row] = await this.#run(moveStatement, [server, suspendMs]);
    return row ?? this.read();
  }

  async #run(statement: Statement, values: readonly unknown[]): Promise<CacheEpoch[]> {
    const rows = await query<EpochRow>(this.source, statement, values);
    return rows.map(({ epoch, server, serverForMs, suspendedForMs }) => ({
      epoch,
      server: server ?? undefined,
      serverForMs: serverForMs === null ? Infinity : Number(serverForMs),
      suspendedForMs: Number(suspendedForMs),
    }));
  }
}

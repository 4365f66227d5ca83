import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { Unavailable } from '@nexus-state/state-core';
import { isDistributed, ownersAtOnce } from './distribution';
import { errorCodeOf } from './error-code';
import { Pieces, queryInPieces } from './pieces';
import { statementSpan } from './statement-span';

/** A statement; one with a name is planned once for each connection. The name must be unique to the text. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  /** How its columns are read, where not as the driver reads them. */
  readonly types?: QueryConfig['types'];
}

/** What runs statements: the data source's pool, or one connection within a transaction. */
export interface Run {
  <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]>;
  /**
   * Where tables are distributed by owner, a statement is of one owner, and names them. This says for how many of them statements
   * may run at once; it is undefined where tables are not distributed.
   */
  readonly ownersAtOnce?: number;
}

/**
 * Runs a statement on a connection of the data source, past TypeORM's own machinery: it knows no prepared
 * statements, and costs more than the statement itself on the hot path.
 * @throws Unavailable when the server is away, refuses connections, or does not answer in time
 */
export async function query<Row extends QueryResultRow>(
  source: DataSource,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  return runOn(poolOf(source), statement, values);
}

/** Runs statements on any free connection of the data source. */
export function runOver(source: DataSource): Run {
  const run: Run = (statement, values) => query(source, statement, values);
  return isDistributed(source) ? Object.assign(run, { ownersAtOnce }) : run;
}

/**
 * Runs statements in one transaction, on a connection of the data source.
 * @param work runs its statements through what it is given; what it throws rolls back
 * @throws Unavailable as `query` does
 */
export async function inTransaction<T>(source: DataSource, work: (run: Run) => Promise<T>): Promise<T> {
  return withClient(poolOf(source), async (client, discard) => {
    try {
      await runOn(client, { text: 'BEGIN' }, []);
      const run: Run = (statement, values) => runOn(client, statement, values);
      const result = await work(isDistributed(source) ? Object.assign(run, { ownersAtOnce: 1 }) : run);
      await runOn(client, { text: 'COMMIT' }, []);
      return result;
    } catch (error) {
      // Behind a statement without a response, a rollback would wait as long again; the server rolls back when the connection ends.
      if (!(error instanceof Unavailable)) await client.query('ROLLBACK').catch(discard);
      throw error;
    }
  });
}

/**
 * Runs statements on one connection of a pool, outside a transaction. A refused statement leaves the connection in use;
 * with one that failed otherwise, it is closed.
 * @param work runs its statements through what it is given
 * @throws Unavailable as `query` does
 */
export async function onConnection<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  return withClient(pool, (client) => work((statement, values) => runOn(client, statement, values)));
}

/** Lends a connection of a pool to work. One that was lost, unavailable, or that work discards, is closed afterwards. */
async function withClient<T>(
  pool: Pool,
  work: (client: PoolClient, discard: (error: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await translated(() => pool.connect());
  let broken: Error | undefined;
  // The pool listens to idle connections only, and an `error` event without a listener ends the process.
  const discard = (error: Error) => void (broken = error);
  client.on('error', discard);
  try {
    return await work(client, discard);
  } catch (error) {
    if (error instanceof Unavailable) broken = error;
    throw error;
  } finally {
    client.release(broken);
    client.off('error', discard);
  }
}

async function runOn<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const config: QueryConfig = { ...statement, values: [...values] };
  const inPieces = values.some((value) => value instanceof Pieces);
  const run = () =>
    translated(() => (inPieces ? queryInPieces<Row>(target, config) : target.query<Row>(config)));
  return (await statementSpan(statement, run)).rows;
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new Unavailable('The database', { cause: error }) : error;
  }
}

/** The pool of a data source. @throws Unavailable after destroy, or before a first connection succeeded */
export function poolOf(source: DataSource): Pool {
  const pool = (source.driver as unknown as { master?: Pool }).master;
  if (!pool) throw new Unavailable('The database');
  return pool;
}

// Connection exceptions, operator intervention (shutdown, statement timeout), too many connections, disk full.
const unavailableStates = /^(08|57P|57014|53)/;
const unavailableSystem = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
const unavailableText =
  /timeout|terminated|Client has encountered a connection error|not queryable|Cannot use a pool after/i;

/** Whether an error says that the server is away, refuses connections, or did not answer in time. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCodeOf(error);
  if (code !== undefined) return unavailableStates.test(code) || unavailableSystem.test(code);
  return unavailableText.test(String((error as { message?: unknown } | undefined)?.message));
}

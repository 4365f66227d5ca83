import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { Unavailable } from '@nexus-state/state-core';
import { errorCodeOf } from './error-code';
import { statementSpan } from './statement-span';

/** A statement; one with a name is planned once for each connection. The name must be unique to the text. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** What runs statements: the data source's pool, or one connection within a transaction. */
export type Run = <Row extends QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
) => Promise<Row[]>;

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

/** What runs statements on whichever connection of the data source is free. */
export function runOver(source: DataSource): Run {
  return (statement, values) => query(source, statement, values);
}

/**
 * Runs statements in one transaction, on a connection of the data source.
 * @param work runs its statements through what it is given; what it throws rolls back
 * @throws Unavailable as `query` does
 */
export async function inTransaction<T>(source: DataSource, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await translated(() => poolOf(source).connect());
  let broken: boolean | Error = false;
  try {
    await runOn(client, { text: 'BEGIN' }, []);
    const result = await work((statement, values) => runOn(client, statement, values));
    await runOn(client, { text: 'COMMIT' }, []);
    return result;
  } catch (error) {
    // Behind a statement that is not answered, the rollback would wait as long again; the server does it when the connection ends.
    if (error instanceof Unavailable) broken = error;
    else await client.query('ROLLBACK').catch((failed: Error) => (broken = failed));
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Runs statements on one connection of a pool, outside a transaction. A refused statement leaves the connection in use;
 * with one that failed otherwise, it is closed.
 * @param work runs its statements through what it is given
 * @throws Unavailable as `query` does
 */
export async function onConnection<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await translated(() => pool.connect());
  let broken: Error | undefined;
  try {
    return await work((statement, values) => runOn(client, statement, values));
  } catch (error) {
    if (error instanceof Unavailable) broken = error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function runOn<Row extends QueryResultRow>(
  target: Pool | PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row[]> {
  const config: QueryConfig = { ...statement, values: [...values] };
  const run = () => translated(() => target.query<Row>(config));
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

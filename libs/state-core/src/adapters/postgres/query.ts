import type { Pool, QueryConfig, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import { Unavailable } from '../../errors';

/** A statement that the server plans once for each connection. The name must be unique to the text. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement on a connection of the data source, past TypeORM's own machinery: it knows no prepared
 * statements, and costs more than the statement itself on the hot path.
 * @throws Unavailable when the server is away, refuses connections, or does not answer in time
 */
export async function query<Row extends QueryResultRow>(
  source: DataSource,
  statement: PreparedStatement,
  values: readonly unknown[],
): Promise<Row[]> {
  try {
    const config: QueryConfig = { name: statement.name, text: statement.text, values: [...values] };
    return (await poolOf(source).query<Row>(config)).rows;
  } catch (error) {
    throw isUnavailable(error) ? new Unavailable('The database', { cause: error }) : error;
  }
}

/** The error code of PostgreSQL (SQLSTATE) or of the operating system, or undefined. */
export function errorCodeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function poolOf(source: DataSource): Pool {
  // After destroy, or before a first connection succeeded, there is no pool.
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
  if (!(error instanceof Error)) return false;
  const code = errorCodeOf(error);
  if (code !== undefined) return unavailableStates.test(code) || unavailableSystem.test(code);
  return unavailableText.test(error.message);
}

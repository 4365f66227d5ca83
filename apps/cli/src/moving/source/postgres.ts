import { createHash } from 'node:crypto';
import type { Client as PostgresClient } from 'pg';
import type { JsonValue } from '@nexus-state/client';
import { Failure, UsageError } from '../../cli/failures';
import { type Fields, idFields, isObject, wholeRecord } from './panel-of';
import type { Source, SourceItem } from './source';

/** What to read of a database. */
export interface RowsOptions extends Fields {
  readonly table?: string | undefined;
  readonly query?: string | undefined;
}

/** How many rows are fetched at once. */
const fetched = 100;

interface Row {
  readonly id: string | null;
  readonly state: string | null;
}

/**
 * The rows of a table or query of PostgreSQL, each a panel: all of them as they are at one instant.
 * @throws UsageError where a column is not there; Failure where the database refuses
 */
export async function postgresSource(url: string, options: RowsOptions): Promise<Source> {
  const relation = relationOf(options);
  const count = await withClient(url, async (client) => {
    await columnsOf(client, relation, options);
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${relation}`);
    return Number(rows[0]?.n);
  });
  let done = 0;
  const named = options.table ?? 'a query';
  return {
    label: `${named} of ${withoutPassword(url)}`,
    // The address holds a password: what is kept of it must not tell that.
    identity: `postgres ${createHash('sha256')
      .update(JSON.stringify([url, options]))
      .digest('hex')}`,
    progress: () => (count === 0 ? 1 : Math.min(1, done / count)),
    items: (signal) => {
      done = 0;
      return rowsOf(url, relation, options, signal, () => ++done);
    },
  };
}

/**
 * What stands behind FROM.
 * @throws UsageError unless it is a table or a query
 */
export function relationOf({ table, query }: RowsOptions): string {
  if ((table === undefined) === (query === undefined)) {
    throw new UsageError('A database needs --table or --query, and not both.', 'nexus import --help');
  }
  if (table !== undefined) return `${table.split('.').map(quoted).join('.')} AS q`;
  return `(${(query as string).replace(/[;\s]+$/, '')}\n) AS q`;
}

/** A name for SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The address without its password. */
export function withoutPassword(url: string): string {
  try {
    const parsed = new URL(url);
    parsed.password = '';
    // Parameters may hold secrets, too.
    parsed.search = '';
    return parsed.toString();
  } catch {
    return 'the database';
  }
}

async function* rowsOf(
  url: string,
  relation: string,
  options: RowsOptions,
  signal: AbortSignal,
  next: () => number,
): AsyncGenerator<SourceItem, void> {
  const client = await connected(url);
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { id, state } = await columnsOf(client, relation, options);
    const stateOf =
      state === wholeRecord ? `to_jsonb(q) - ${literal(id)}::text` : `to_jsonb(q.${quoted(state)})`;
    await client.query(
      `DECLARE panels NO SCROLL CURSOR FOR SELECT q.${quoted(id)}::text AS id, (${stateOf})::text AS state FROM ${relation}`,
    );
    for (;;) {
      signal.throwIfAborted();
      const { rows } = await client.query<Row>(`FETCH ${fetched} FROM panels`);
      if (rows.length === 0) return;
      for (const row of rows) yield itemOfRow(row, next(), state);
    }
  } catch (error) {
    throw asFailure(error, url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Reads a row; a column of text may hold JSON, too. */
export function itemOfRow({ id, state: text }: Row, number: number, column: string): SourceItem {
  const place = `row ${number}`;
  if (id === null) return { place, problem: 'has no id' };
  const named = `${place}, "${id}",`;
  const problem = `has no JSON object in "${column}"`;
  if (text === null) return { place: named, problem };
  const state = parsed(text);
  if (!isObject(state)) return { place: named, problem };
  return { place, panelId: id, state, bytes: Buffer.byteLength(text) };
}

function parsed(text: string): JsonValue | undefined {
  const value = JSON.parse(text) as JsonValue;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return undefined;
  }
}

/** The columns of the id and the state. */
async function columnsOf(
  client: PostgresClient,
  relation: string,
  { id, state = 'state' }: RowsOptions,
): Promise<{ id: string; state: string }> {
  const { fields } = await client.query(`SELECT * FROM ${relation} LIMIT 0`);
  const columns = fields.map(({ name }) => name);
  const idColumn = id ?? idFields.find((name) => columns.includes(name));
  if (idColumn === undefined || !columns.includes(idColumn)) {
    throw new UsageError(
      `There is no column "${id ?? idFields.join('", "')}". ${told(columns)}`,
      'add --id COLUMN',
    );
  }
  if (state !== wholeRecord && !columns.includes(state)) {
    throw new UsageError(
      `There is no column "${state}". ${told(columns)}`,
      `add --state COLUMN, or --state '*' for the whole row`,
    );
  }
  return { id: idColumn, state };
}

function told(columns: readonly string[]): string {
  return `There are: ${columns.join(', ')}.`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function withClient<T>(url: string, work: (client: PostgresClient) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } catch (error) {
    throw asFailure(error, url);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connected(url: string): Promise<PostgresClient> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url, application_name: 'nexus import' });
  // A connection that breaks fails the query that waits for it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw asFailure(error, url);
  }
  return client;
}

function asFailure(error: unknown, url: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  return code === undefined && !('errors' in error)
    ? error
    : new Failure(`${withoutPassword(url)} refused: ${error.message || code}`);
}

import type { Pool, PoolClient, QueryConfig, QueryResultRow } from 'pg';
import { StoreUnavailableError } from '../model';

/** Runs a statement; its rows are the caller's claim. */
export type Run = <Row extends QueryResultRow>(
  statement: string | { readonly name?: string; readonly text: string },
  values?: readonly unknown[],
) => Promise<Row[]>;

const serializationFailures = new Set(['40001', '40P01']);

/**
 * Runs one statement on a connection that is free.
 * @param writes whether the statement may have happened when its answer does not come
 * @throws StoreUnavailableError
 */
export async function runOn<Row extends QueryResultRow>(
  pool: Pool,
  statement: Parameters<Run>[0],
  values: readonly unknown[],
  { writes }: { writes: boolean },
): Promise<Row[]> {
  return onConnection(pool, writes, (run) => run<Row>(statement, values));
}

/**
 * Runs statements in one transaction.
 * @throws StoreUnavailableError; what the work throws rolls back
 */
export async function inTransaction<T>(pool: Pool, work: (run: Run) => Promise<T>): Promise<T> {
  return onConnection(pool, true, async (run) => {
    await run('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      const result = await work(run);
      await run('COMMIT');
      return result;
    } catch (error) {
      // On a connection that is gone the server rolls back by itself.
      await run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

async function onConnection<T>(pool: Pool, writes: boolean, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await connected(pool);
  // The statement fails with the same error; without a listener it would end the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    return await work(async <Row extends QueryResultRow>(...[statement, values = []]: Parameters<Run>) => {
      const config: QueryConfig = typeof statement === 'string' ? { text: statement } : { ...statement };
      // Without parameters a text may hold several statements.
      if (values.length > 0) config.values = [...values];
      return (await client.query<Row>(config)).rows;
    });
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    broken = error as Error;
    throw new StoreUnavailableError('The database', writes && mayHaveHappened(error), { cause: error });
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

async function connected(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new StoreUnavailableError('The database', false, { cause: error });
  }
}

/** Whether a statement failed only because of others that ran beside it, and may be tried again. */
export function isSerializationFailure(error: unknown): boolean {
  return serializationFailures.has(String(codeOf(error)));
}

// Connection exceptions, operator intervention, statement timeout, too many connections, a full disk, a read-only standby.
const unavailableStates = /^(08|57|53|25006)/;
const unavailableSystem = /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
const unavailableText = /timeout|terminated|connection error|not queryable|Cannot use a pool after/i;

/** Whether an error says that the server is away, refuses connections, or did not answer in time. */
function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return unavailableStates.test(code) || unavailableSystem.test(code);
  return unavailableText.test(String((error as Error | undefined)?.message));
}

/** A statement that the server refused with a state of its own was rolled back. */
function mayHaveHappened(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || !/^(57014|53|25006)/.test(code);
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Bytes as the driver takes them, without a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import type { EventEmitter } from 'node:events';
import type { DataSource, QueryRunner } from 'typeorm';
import { Unavailable } from '@nexus-state/state-core';
import { isUnavailable } from './query';
import { statementSpan } from './statement-span';

/** Runs a statement of a transaction. */
export type RunStatement = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/**
 * Does some work in a transaction on a connection of its own.
 * @param work gets a way to run statements, and a signal that fires when the connection is lost in the middle
 * @throws Unavailable when the server is away or does not answer in time; other errors of the work, as they are
 */
export async function inTransaction<T>(
  source: DataSource,
  isolation: 'READ COMMITTED' | 'REPEATABLE READ',
  work: (run: RunStatement, lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const runner = source.createQueryRunner();
  const lost = new AbortController();
  const lose = () => lost.abort(new Unavailable('The database'));
  let connection: EventEmitter | undefined;
  try {
    connection = (await available(() => runner.connect())) as EventEmitter;
    connection.on('error', lose).on('end', lose);
    await available(() => runner.startTransaction(isolation));
    const result = await work(
      (text, values = []) => statementSpan({ text }, () => available(() => runner.query(text, [...values]))),
      lost.signal,
    );
    await available(() => runner.commitTransaction());
    return result;
  } catch (error) {
    await rollBack(runner);
    throw error;
  } finally {
    connection?.off('error', lose).off('end', lose);
    await runner.release();
  }
}

async function rollBack(runner: QueryRunner): Promise<void> {
  // On a connection that is gone there is nothing to roll back, and the first error says why.
  if (runner.isTransactionActive && !runner.isReleased) await runner.rollbackTransaction().catch(() => {});
}

async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new Unavailable('The database', { cause: error }) : error;
  }
}

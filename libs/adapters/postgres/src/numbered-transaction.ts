import type { DataSource } from 'typeorm';
import { Semaphore } from '@nexus-state/state-core';
import type { Moment } from './append';
import { type Run, inTransaction, poolOf } from './query';

const clockStatement = {
  name: 'clock',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
};

const numberStatement = { name: 'transaction-number', text: `SELECT pg_current_xact_id()::text AS id` };

// Work goes on beside the database: it may be silent for a while.
const patience = { text: 'SET LOCAL idle_in_transaction_session_timeout = 0' };

/** Each takes two connections. The others are for everybody else. */
const shareOfPool = 1 / 3;

const semaphores = new WeakMap<DataSource, Semaphore>();

/**
 * Locks several panels in a transaction and changes them under the number of another one. The number of a transaction is given
 * out with its first lock, when changes with higher numbers may still be on their way to the panels that it locks next; the
 * feed, which is ordered by numbers, would show what was made of these changes before it shows them. So the number of the
 * second transaction is taken once all panels are locked.
 *
 * Only so many are under way at once: if each had one connection and waited for its second, none would go on.
 * @param work locks through `run`, then takes the moment of its changes, and writes them through `run`
 */
export async function inNumberedTransaction<T>(
  source: DataSource,
  work: (run: Run, moment: () => Promise<Moment>) => Promise<T>,
): Promise<T> {
  return semaphoreOf(source).run(() =>
    // The outer one ends last: until then the feed does not read what has its number.
    inTransaction(source, (numbering) =>
      inTransaction(source, async (run) => {
        for (const each of [numbering, run]) await each(patience, []);
        const result = await work(run, () => momentOf(run, numbering));
        // A number whose transaction is gone would let the feed pass by.
        await numbering(numberStatement, []);
        return result;
      }),
    ),
  );
}

function semaphoreOf(source: DataSource): Semaphore {
  let found = semaphores.get(source);
  if (!found) {
    found = new Semaphore(Math.max(1, Math.floor(poolOf(source).options.max * shareOfPool)));
    semaphores.set(source, found);
  }
  return found;
}

async function momentOf(run: Run, numbering: Run): Promise<Moment> {
  const [clock] = await run<{ now: Date }>(clockStatement, []);
  const [number] = await numbering<{ id: string }>(numberStatement, []);
  return {
    now: (clock as { now: Date }).now.toISOString(),
    transactionId: (number as { id: string }).id,
  };
}

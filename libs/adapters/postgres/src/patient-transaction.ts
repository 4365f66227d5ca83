import type { DataSource } from 'typeorm';
import { Semaphore } from '@nexus-state/state-core';
import { type Run, inTransaction, poolOf } from './query';

// Work goes on beside the database: it may be silent for a while.
const patience = { text: 'SET LOCAL idle_in_transaction_session_timeout = 0' };

/** The other connections are for everybody else. */
const shareOfPool = 2 / 3;

const semaphores = new WeakMap<DataSource, Semaphore>();

/**
 * Runs a transaction in which much is decided between the statements, such as a restore. Only so many are under way at once,
 * for each keeps a connection for long.
 * @param work runs its statements through what it is given; what it throws rolls back
 */
export async function inPatientTransaction<T>(
  source: DataSource,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  return semaphoreOf(source).run(() =>
    inTransaction(source, async (run) => {
      await run(patience, []);
      return work(run);
    }),
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

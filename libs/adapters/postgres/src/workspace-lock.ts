import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Unavailable, type WorkspaceKey, type WorkspaceLock } from '@nexus-state/state-core';
import { errorCodeOf } from './error-code';
import { type RunStatement, inTransaction } from './transaction';

/** SQLSTATE lock_not_available. */
const lockNotAvailable = '55P03';

/**
 * Exclusive rights as advisory locks of PostgreSQL. Each is held by a transaction of its own, so that the server gives
 * it back the moment the connection ends, however that came about.
 */
export class PostgresWorkspaceLock implements WorkspaceLock {
  /**
   * @param source needs a connection for each right held, beside those that the work itself needs
   * @param waitMs how long to wait for a lock that another process holds; less than a statement may take
   */
  constructor(
    private readonly source: DataSource,
    private readonly waitMs = 4_000,
  ) {}

  hold<T>(workspace: WorkspaceKey, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    return inTransaction(this.source, 'READ COMMITTED', async (run, lost) => {
      await this.#take(workspace, run);
      return work(lost);
    });
  }

  async #take(workspace: WorkspaceKey, run: RunStatement): Promise<void> {
    await run(`SET LOCAL lock_timeout = ${Math.floor(this.waitMs)}`);
    // The transaction idles while the work is done, and must be let.
    await run('SET LOCAL idle_in_transaction_session_timeout = 0');
    try {
      await run('SELECT pg_advisory_xact_lock($1, $2)', lockKeys(workspace));
    } catch (error) {
      if (errorCodeOf(error) !== lockNotAvailable) throw error;
      throw new Unavailable('The right to write this workspace', { cause: error });
    }
  }
}

/** Two 32-bit numbers for a workspace. Where two workspaces share them, they merely wait for each other. */
function lockKeys({ owner, workspaceId }: WorkspaceKey): [number, number] {
  const hash = createHash('sha256').update(`snapshots\n${workspaceId}\n${owner}`).digest();
  return [hash.readInt32BE(0), hash.readInt32BE(4)];
}

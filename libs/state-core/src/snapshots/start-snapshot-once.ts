import { randomUUID } from 'node:crypto';
import { SnapshotFailed } from '../errors';
import { ValidationFailed, type JsonObject } from '@nexus-state/documents';
import type { IdempotentRequest } from '../panels/model';
import type { KeyStore } from '../panels/ports';
import type { SnapshotQueue } from './ports';
import { keptFor } from '../panels/is-repeated';
import {
  type RequestSnapshot,
  type StartedSnapshot,
  type TakenSnapshot,
  startSnapshot,
} from './request-snapshot';

/** What is kept under the key of a request for a snapshot. */
interface KeptSnapshot {
  readonly snapshotId: string;
  /** Once it is taken. */
  readonly taken?: TakenSnapshot;
}

/**
 * Starts a snapshot under an idempotency key: the key is claimed for one snapshot id, which is that of the job, before
 * anything is queued. The same request again waits for the same job, or gets what it came to.
 * @returns as `startSnapshot`
 * @throws IdempotencyKeyReused, and what `startSnapshot` does; after SnapshotFailed the key is free again
 */
export async function startSnapshotOnce(
  command: RequestSnapshot,
  request: IdempotentRequest,
  { keys, queue }: { readonly keys: KeyStore; readonly queue: SnapshotQueue },
): Promise<StartedSnapshot> {
  const { workspace } = command;
  const mine = { snapshotId: randomUUID() };
  const kept = keptFor(request, await keys.claim(workspace, request, mine));
  const { snapshotId, taken } = (kept?.answer ?? mine) as unknown as KeptSnapshot;
  if (taken) return { jobId: snapshotId, taken };
  try {
    const started = await startSnapshot({ ...command, snapshotId }, { queue });
    if (started.taken) {
      const answer: KeptSnapshot = { snapshotId, taken: started.taken };
      await keys.complete(workspace, request, answer as unknown as JsonObject);
    }
    return started;
  } catch (error) {
    // A failed job stays failed: the next attempt needs one of its own. And a refusal is never kept.
    if (error instanceof SnapshotFailed || error instanceof ValidationFailed)
      await keys.release(workspace, request, { snapshotId });
    throw error;
  }
}

import { randomUUID } from 'node:crypto';
import type { WorkspaceKey } from '../panels/model';
import type { SnapshotCoverage, SnapshotQueue } from './ports';
import { type JobRun, type SnapshotRequest, autoSnapshot, systemActor } from './model';

/** What scanning needs. */
export interface ScanPorts {
  readonly coverage: SnapshotCoverage;
  readonly queue: SnapshotQueue;
}

const pageSize = 500;

/**
 * Finds every workspace that changed since its newest snapshot, and asks for a snapshot of each. A workspace whose
 * snapshot failed, or was lost with the queue, is found again the next time.
 * @returns for how many workspaces one was asked for
 * @throws Unavailable when the database or the queue is away; the next scan begins where this one did
 */
export async function scanChanges(
  { signal, report }: JobRun,
  { coverage, queue }: ScanPorts,
): Promise<{ readonly due: number }> {
  await coverage.noteChanges(signal);
  let due = 0;
  for (let after: WorkspaceKey | undefined; ;) {
    signal.throwIfAborted();
    const page = await coverage.listDue({ limit: pageSize, after });
    if (page.length > 0) await queue.requestAll(page.map(automaticSnapshot));
    due += page.length;
    report({ done: due, total: due });
    after = page.at(-1);
    if (page.length < pageSize) return { due };
  }
}

/** The request for an automatic snapshot. */
export function automaticSnapshot(workspace: WorkspaceKey): SnapshotRequest {
  return {
    workspace,
    snapshotId: randomUUID(),
    type: autoSnapshot,
    description: null,
    requestedBy: systemActor,
    automatic: true,
    push: true,
  };
}

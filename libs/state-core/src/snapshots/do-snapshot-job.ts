import type { UpkeepQueue } from './ports';
import type { SnapshotOutcome } from './model';
import { type TakeSnapshot, type TakeSnapshotPorts, takeSnapshot } from './take-snapshot';

/** What doing a snapshot's job needs. */
export interface SnapshotJobPorts extends TakeSnapshotPorts {
  readonly upkeep: UpkeepQueue;
  /** Whether there is a remote to push to. */
  readonly hasRemote: boolean;
}

/**
 * Takes a snapshot, and sees to what follows from it: the push to the remote, and the maintenance of the repository.
 * @throws the errors of `takeSnapshot`; Unavailable when what follows cannot be queued: the same job can be done again
 */
export async function doSnapshotJob(
  command: TakeSnapshot,
  { upkeep, hasRemote, ...ports }: SnapshotJobPorts,
): Promise<SnapshotOutcome> {
  const taken = await takeSnapshot(command, ports);
  if (taken.outcome !== 'taken') return taken;
  const { workspace, push } = command.request;
  await upkeep.requestMaintenance(workspace);
  return push && hasRemote ? { ...taken, pushJobId: await upkeep.requestPush(workspace) } : taken;
}

import type { WorkspaceKey } from '../panels/model';
import type { PushOutcome, SnapshotRepository } from './ports';
import { remoteUrl } from './model';

/** What pushing needs. */
export interface PushPorts {
  readonly repository: SnapshotRepository;
  /** Where the remotes are; undefined where there are none. */
  readonly remoteTemplate: string | undefined;
}

/**
 * Brings the newest commit of a workspace to its remote.
 * @param signal ends the work; the remote has all of it or nothing
 * @throws Unavailable when the remote or the repository is away, PushRefused when it does not take the commits
 */
export async function pushSnapshots(
  workspace: WorkspaceKey,
  { repository, remoteTemplate }: PushPorts,
  signal: AbortSignal,
): Promise<PushOutcome> {
  if (remoteTemplate === undefined) return { outcome: 'nothing-to-push' };
  const commitHash = await repository.push(workspace, remoteUrl(remoteTemplate, workspace), signal);
  return commitHash === undefined ? { outcome: 'nothing-to-push' } : { outcome: 'pushed', commitHash };
}

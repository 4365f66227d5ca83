import { CommitNotFound, SnapshotNotFound } from '../errors';
import type { LargeWork } from '../panels/large';
import type { WorkspaceKey } from '../panels/model';
import type { CommitLog, SnapshotRepository, SnapshotStore } from './ports';
import { type Snapshot, isSnapshotId } from './model';
import { type CommitContent, commitContent } from './workspace-content';

/** What reading snapshots needs. */
export interface SnapshotPorts {
  readonly snapshots: SnapshotStore;
  readonly repository: SnapshotRepository;
  readonly commits: CommitLog;
  readonly large: LargeWork;
}

/** Names what a workspace held once: a snapshot, or a commit by its hash or the beginning of it. */
export type ContentName = { readonly snapshotId: string } | { readonly gitCommitHash: string };

/** A snapshot, and what it holds. */
export interface SnapshotReading {
  readonly snapshot: Snapshot;
  readonly content: CommitContent;
}

/**
 * Reads a snapshot.
 * @throws SnapshotNotFound; CommitNotFound when its commit is gone from the repository; Unavailable
 */
export async function readSnapshot(
  { workspace, snapshotId }: { readonly workspace: WorkspaceKey; readonly snapshotId: string },
  ports: SnapshotPorts,
): Promise<SnapshotReading> {
  // The store takes UUIDs alone.
  const snapshot = isSnapshotId(snapshotId)
    ? await ports.snapshots.read(workspace, snapshotId.toLowerCase())
    : undefined;
  if (!snapshot) throw new SnapshotNotFound(snapshotId);
  return { snapshot, content: await contentOf(workspace, { gitCommitHash: snapshot.gitCommitHash }, ports) };
}

/**
 * Reads what a snapshot or commit holds.
 * @throws SnapshotNotFound, CommitNotFound, Unavailable
 */
export async function contentOf(
  workspace: WorkspaceKey,
  name: ContentName,
  ports: SnapshotPorts,
): Promise<CommitContent> {
  if ('snapshotId' in name) {
    return (await readSnapshot({ workspace, snapshotId: name.snapshotId }, ports)).content;
  }
  const commitHash = await ports.commits.find(workspace, name.gitCommitHash);
  if (commitHash === undefined) throw new CommitNotFound(name.gitCommitHash);
  return commitContent(workspace, commitHash, ports);
}

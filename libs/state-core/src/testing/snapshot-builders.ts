import { randomUUID } from 'node:crypto';
import type { WorkspaceKey } from '../panels/model';
import type { CommitBase, CommitDetails, RepositoryTip } from '../snapshots/ports';
import {
  type JobRun,
  type Manifest,
  type ManifestPanel,
  type Snapshot,
  type SnapshotOutcome,
  type SnapshotRequest,
  authorOf,
  manifestText,
  snapshotBranch,
} from '../snapshots/model';

/** A workspace that no other test uses. */
export function aWorkspace(): WorkspaceKey {
  return { owner: `owner-${randomUUID()}`, workspaceId: 'ws' };
}

/** A request for a snapshot; everything has a default. */
export function aSnapshotRequest(overrides: Partial<SnapshotRequest> = {}): SnapshotRequest {
  return {
    workspace: aWorkspace(),
    snapshotId: randomUUID(),
    type: 'manual',
    description: null,
    requestedBy: 'ann',
    automatic: false,
    push: true,
    ...overrides,
  };
}

/** A snapshot; everything has a default. */
export function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  return {
    workspace: aWorkspace(),
    snapshotId: randomUUID(),
    type: 'manual',
    description: null,
    panelCount: 2,
    totalSizeBytes: 345,
    gitCommitHash: '0123456789abcdef0123456789abcdef01234567',
    gitBranch: snapshotBranch,
    createdBy: 'ann',
    createdAt: '2026-01-02T03:04:05.678Z',
    ...overrides,
  };
}

/** The text of a manifest; everything has a default. */
export function aManifestText(overrides: Partial<Manifest> = {}): string {
  return manifestText({
    workspaceId: 'ws',
    snapshotId: randomUUID(),
    type: 'manual',
    createdAt: '2026-01-02T03:04:05.678Z',
    revision: 1,
    totalSizeBytes: 0,
    panels: new Map<string, ManifestPanel>(),
    ...overrides,
  });
}

/** What a commit is beside its files; everything has a default. */
export function commitDetails(overrides: Partial<CommitDetails> = {}): CommitDetails {
  return {
    message: 'A commit\n',
    author: authorOf('ann'),
    at: '2026-01-02T03:04:05.678Z',
    removed: [],
    ...overrides,
  };
}

/** What a commit is made on top of, never interrupted. */
export function onTopOf(tip: RepositoryTip | undefined): CommitBase {
  return { tip, signal: new AbortController().signal };
}

/** The snapshot that was taken; throws where it was dropped. */
export function takenSnapshot(outcome: SnapshotOutcome): Snapshot {
  if (outcome.outcome !== 'taken') throw new Error('The snapshot was dropped.');
  return outcome.snapshot;
}

/** A job run without followers or interruption. */
export function aJobRun(overrides: Partial<JobRun> = {}): JobRun {
  return { signal: new AbortController().signal, report: () => {}, ...overrides };
}

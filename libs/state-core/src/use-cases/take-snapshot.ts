import { Unavailable } from '../errors';
import type {
  CommitOutcome,
  RepositoryTip,
  SnapshotRepository,
  SnapshotStore,
  UpdateBus,
  WorkspaceLock,
  WorkspacePanel,
  WorkspaceReader,
  WriteFile,
} from '../ports';
import {
  type Manifest,
  type ManifestPanel,
  type Snapshot,
  type SnapshotRequest,
  authorOf,
  commitMessage,
  manifestChanges,
  manifestPath,
  manifestText,
  panelPath,
  prettyJson,
  snapshotBranch,
} from '../snapshot';
import { announceEvent } from './announce-changes';
import type { HintObserver } from './panel-ports';

/** Takes a snapshot that was asked for. */
export interface TakeSnapshot {
  readonly request: SnapshotRequest;
  /** Ends the work in the middle; nothing half-done stays, and the same request can be taken again. */
  readonly signal: AbortSignal;
}

/** What taking a snapshot needs. */
export interface TakeSnapshotPorts {
  readonly lock: WorkspaceLock;
  readonly reader: Pick<WorkspaceReader, 'readPanels'>;
  readonly repository: SnapshotRepository;
  readonly snapshots: SnapshotStore;
  readonly bus: Pick<UpdateBus, 'announce'>;
  readonly observer: HintObserver;
}

type Content = Pick<Snapshot, 'gitCommitHash' | 'createdAt' | 'panelCount' | 'totalSizeBytes'>;

const maxAttempts = 5;

/**
 * Commits every panel of a workspace, as of one instant, to its repository, and records the snapshot. Where nothing
 * changed since the newest commit, that commit is the snapshot's. Taken again after it was interrupted anywhere, the
 * same request ends in the same snapshot. Whoever follows the workspace is told of it.
 *
 * @returns the snapshot, its commit and its record durable
 * @throws Unavailable when the database or the repository is away, or the workspace's lock is not free in time
 */
export async function takeSnapshot(
  { request, signal }: TakeSnapshot,
  ports: TakeSnapshotPorts,
): Promise<Snapshot> {
  const taken = await ports.snapshots.read(request.workspace, request.snapshotId);
  if (taken) return taken;
  return ports.lock.hold(request.workspace, async (lost) => {
    const content = await commitPanels(request, AbortSignal.any([signal, lost]), ports);
    const snapshot = snapshotOf(request, content);
    await ports.snapshots.add(snapshot);
    await announceEvent({ kind: 'snapshot_created', snapshot }, ports);
    return snapshot;
  });
}

async function commitPanels(
  request: SnapshotRequest,
  signal: AbortSignal,
  ports: TakeSnapshotPorts,
): Promise<Content> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const tip = await ports.repository.readTip(request.workspace);
    // Committed by an attempt that was interrupted before it could record the snapshot.
    if (tip?.manifest?.snapshotId === request.snapshotId) return contentOf(tip.manifest, tip.commitHash);
    const { outcome, manifest } = await commitOn(tip, request, signal, ports);
    if (outcome.outcome === 'committed') return contentOf(manifest, outcome.commitHash);
    if (outcome.outcome === 'unchanged' && tip) return contentOf(manifest, tip.commitHash);
    // Stale: a git process of a killed worker outlived it and finished its commit just now.
  }
  throw new Unavailable('The snapshot repository');
}

async function commitOn(
  tip: RepositoryTip | undefined,
  request: SnapshotRequest,
  signal: AbortSignal,
  { repository, reader }: TakeSnapshotPorts,
): Promise<{ outcome: CommitOutcome; manifest: Manifest }> {
  const before = tip?.manifest?.panels ?? new Map<string, ManifestPanel>();
  let manifest!: Manifest;
  const outcome = await repository.commit(request.workspace, { tip, signal }, async (write) => {
    manifest = await writePanels(before, request, reader, signal, write);
    const { written, removed } = manifestChanges(before, manifest.panels);
    if (tip?.manifest && written.length === 0 && removed.length === 0) return undefined;
    await write(manifestPath, manifestText(manifest));
    return {
      message: commitMessage(request, manifest.createdAt),
      author: authorOf(request.requestedBy),
      at: manifest.createdAt,
      removed: removed.map(panelPath),
    };
  });
  return { outcome, manifest };
}

/** Writes the states that the tip does not have, and lists all panels. */
async function writePanels(
  before: ReadonlyMap<string, ManifestPanel>,
  { workspace, snapshotId, type }: SnapshotRequest,
  reader: TakeSnapshotPorts['reader'],
  signal: AbortSignal,
  write: WriteFile,
): Promise<Manifest> {
  const known = new Map([...before].map(([panelId, { checksum }]) => [panelId, checksum]));
  const panels = new Map<string, ManifestPanel>();
  let totalSizeBytes = 0;
  const createdAt = await reader.readPanels(workspace, known, async (panel: WorkspacePanel) => {
    signal.throwIfAborted();
    panels.set(panel.panelId, { version: panel.version, checksum: panel.checksum });
    totalSizeBytes += panel.stateSizeBytes;
    if (panel.state) await write(panelPath(panel.panelId), prettyJson(panel.state));
  });
  return { workspaceId: workspace.workspaceId, snapshotId, type, createdAt, totalSizeBytes, panels };
}

function contentOf({ createdAt, totalSizeBytes, panels }: Manifest, gitCommitHash: string): Content {
  return { gitCommitHash, createdAt, totalSizeBytes, panelCount: panels.size };
}

function snapshotOf(
  { workspace, snapshotId, type, description, requestedBy }: SnapshotRequest,
  content: Content,
): Snapshot {
  return {
    workspace,
    snapshotId,
    type,
    description,
    ...content,
    gitBranch: snapshotBranch,
    createdBy: requestedBy,
  };
}

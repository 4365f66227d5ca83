import { Unavailable } from '../errors';
import type {
  CommitDraft,
  CommitOutcome,
  Covered,
  RepositoryTip,
  SnapshotCoverage,
  SnapshotRepository,
  SnapshotStore,
  WorkspaceCount,
  WorkspaceLock,
  WorkspacePanel,
  WorkspaceReader,
} from './ports';
import type { UpdateBus } from '../ports';
import {
  type JobRun,
  type Manifest,
  type ManifestPanel,
  type Snapshot,
  type SnapshotOutcome,
  type SnapshotRequest,
  authorOf,
  commitMessage,
  manifestChanges,
  manifestPath,
  manifestText,
  panelPath,
  prettyJson,
  snapshotBranch,
} from './model';
import { announceEvent } from '../panels/announce-changes';
import type { LargeWork } from '../panels/large';
import type { HintObserver } from '../panels';

/** Takes a snapshot that was asked for. Interrupted, nothing half-done stays, and it can be taken again. */
export interface TakeSnapshot extends JobRun {
  readonly request: SnapshotRequest;
}

/** What taking a snapshot needs. */
export interface TakeSnapshotPorts {
  readonly lock: WorkspaceLock;
  readonly reader: Pick<WorkspaceReader, 'readPanels'>;
  readonly repository: SnapshotRepository;
  readonly snapshots: SnapshotStore;
  readonly bus: Pick<UpdateBus, 'announce'>;
  readonly observer: HintObserver;
  readonly coverage: SnapshotCoverage;
  readonly large: LargeWork;
}

interface Content extends Pick<Snapshot, 'gitCommitHash' | 'createdAt' | 'panelCount' | 'totalSizeBytes'> {
  /** Where it came from: a new commit, an equal one that was there, or one that an earlier attempt made. */
  readonly from: 'committed' | 'unchanged' | 'resumed';
  /** What it holds of the workspace's changes. */
  readonly covered: Omit<Covered, 'at'>;
}

const maxAttempts = 5;

/**
 * Commits every panel of a workspace, as of one instant, to its repository, and records the snapshot. Where nothing
 * changed since the newest commit, that commit is the snapshot's; an automatic one is then not recorded. Taken again
 * after it was interrupted anywhere, the same request ends in the same snapshot. Subscribers of the workspace are notified.
 *
 * @returns the snapshot, its commit and its record durable
 * @throws Unavailable when the database or the repository is away, or the workspace's lock is not free in time
 */
export async function takeSnapshot(
  { request, ...run }: TakeSnapshot,
  ports: TakeSnapshotPorts,
): Promise<SnapshotOutcome> {
  const { workspace, snapshotId, automatic } = request;
  const taken = await ports.snapshots.read(workspace, snapshotId);
  if (taken) return { outcome: 'taken', snapshot: taken };
  return ports.lock.hold(workspace, async (lost): Promise<SnapshotOutcome> => {
    // Counted before the panels are read: what is changed between is covered, but not counted, and merely looked at again.
    const count = await ports.coverage.count(workspace);
    if (automatic && count.changes === count.covered) return { outcome: 'unchanged' };
    const signal = AbortSignal.any([run.signal, lost]);
    const content = await commitPanels(request, count, { ...run, signal }, ports);
    const dropped = automatic && content.from === 'unchanged';
    const snapshot = snapshotOf(request, content);
    if (!dropped) {
      await ports.snapshots.add(snapshot);
      await announceEvent({ kind: 'snapshot_created', snapshot }, ports);
    }
    await ports.coverage.cover(workspace, { ...content.covered, at: content.createdAt });
    return dropped ? { outcome: 'unchanged' } : { outcome: 'taken', snapshot };
  });
}

async function commitPanels(
  request: SnapshotRequest,
  { changes, panels, revision }: WorkspaceCount,
  run: JobRun,
  ports: TakeSnapshotPorts,
): Promise<Content> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const tip = await ports.repository.readTip(request.workspace);
    // Committed by an attempt that was interrupted before it could record the snapshot.
    if (tip?.manifest?.snapshotId === request.snapshotId) {
      const versions = [...tip.manifest.panels.values()].map(({ version }) => version);
      const atLeast = versions.reduce((sum, version) => sum + version, 0);
      return { ...contentOf(tip.manifest, tip.commitHash), from: 'resumed', covered: { changes: atLeast } };
    }
    let done = 0;
    const visited = () => run.report({ done: ++done, total: Math.max(done, panels) });
    const { outcome, manifest } = await commitOn(tip, request, { signal: run.signal, visited }, ports);
    if (outcome.outcome === 'committed') {
      return {
        ...contentOf(manifest, outcome.commitHash),
        from: 'committed',
        covered: { changes, revision },
      };
    }
    if (outcome.outcome === 'unchanged' && tip) {
      return { ...contentOf(manifest, tip.commitHash), from: 'unchanged', covered: { changes, revision } };
    }
    // Stale: a git process of a killed worker outlived it and finished its commit just now.
  }
  throw new Unavailable('The snapshot repository');
}

/** What goes along with the reading of the panels. */
interface Reading {
  readonly signal: AbortSignal;
  /** Called after each panel. */
  readonly visited: () => void;
}

async function commitOn(
  tip: RepositoryTip | undefined,
  request: SnapshotRequest,
  reading: Reading,
  { repository, reader, large }: TakeSnapshotPorts,
): Promise<{ outcome: CommitOutcome | { readonly outcome: 'unchanged' }; manifest: Manifest }> {
  const before = tip?.manifest?.panels ?? new Map<string, ManifestPanel>();
  const draft = repository.begin(request.workspace, { tip, signal: reading.signal });
  try {
    const manifest = await writePanels(before, request, { reader, large }, reading, draft);
    const { written, removed } = manifestChanges(before, manifest.panels);
    if (tip?.manifest && written.length === 0 && removed.length === 0) {
      return { outcome: { outcome: 'unchanged' }, manifest };
    }
    await draft.write(manifestPath, manifestText(manifest));
    const outcome = await draft.commit({
      message: commitMessage(request, { at: manifest.createdAt, revision: manifest.revision }),
      author: authorOf(request.requestedBy),
      at: manifest.createdAt,
      removed: removed.map(panelPath),
    });
    return { outcome, manifest };
  } finally {
    await draft.close();
  }
}

/** Writes the states that the tip does not have, and lists all panels. */
async function writePanels(
  before: ReadonlyMap<string, ManifestPanel>,
  { workspace, snapshotId, type }: SnapshotRequest,
  { reader, large }: Pick<TakeSnapshotPorts, 'reader' | 'large'>,
  { signal, visited }: Reading,
  draft: CommitDraft,
): Promise<Manifest> {
  const known = new Map([...before].map(([panelId, { checksum }]) => [panelId, checksum]));
  const panels = new Map<string, ManifestPanel>();
  let totalSizeBytes = 0;
  const { at: createdAt, revision } = await reader.readPanels(
    workspace,
    known,
    async (panel: WorkspacePanel) => {
      signal.throwIfAborted();
      panels.set(panel.panelId, { version: panel.version, checksum: panel.checksum });
      totalSizeBytes += panel.stateSizeBytes;
      const text = await fileText(panel, large);
      if (text !== undefined) await draft.write(panelPath(panel.panelId), text);
      visited();
    },
  );
  const { workspaceId } = workspace;
  return { workspaceId, snapshotId, type, createdAt, revision, totalSizeBytes, panels };
}

/** A state as it is committed; undefined where the tip has it. */
async function fileText(panel: WorkspacePanel, large: LargeWork): Promise<string | undefined> {
  if (panel.largeState !== undefined) return large.pretty(panel.largeState);
  return panel.state && prettyJson(panel.state);
}

function contentOf({ createdAt, totalSizeBytes, panels }: Manifest, gitCommitHash: string) {
  return { gitCommitHash, createdAt, totalSizeBytes, panelCount: panels.size };
}

function snapshotOf(
  { workspace, snapshotId, type, description, requestedBy }: SnapshotRequest,
  { from: _from, covered: _covered, ...content }: Content,
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

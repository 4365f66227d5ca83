import {
  MemoryPanelStore,
  MemorySnapshotCoverage,
  MemorySnapshotRepository,
  MemorySnapshotStore,
  MemoryUpdateBus,
  MemoryWorkspaceLock,
  MemoryWorkspaceReader,
} from '../memory';
import { Unavailable } from '../errors';
import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import { type WorkspaceKey, checksumOf } from '../panels/model';
import type { SnapshotRepository } from './ports';
import {
  type JobProgress,
  type SnapshotRequest,
  manifestPath,
  panelPath,
  parseManifest,
  prettyJson,
} from './model';
import type { WorkspaceEvent } from '../workspaces';
import { FailingStore } from '../testing/failing-store';
import { anAppend } from '../testing/panel-builders';
import { aJobRun, aSnapshotRequest, aWorkspace, takenSnapshot } from '../testing/snapshot-builders';
import { inProcess } from '../panels/large';
import { takeSnapshot } from './take-snapshot';

describe('takeSnapshot', () => {
  let workspace: WorkspaceKey;
  let store: MemoryPanelStore;
  let now: string;
  let announced: WorkspaceEvent[];
  let failures: unknown[];
  let snapshots: FailingStore<MemorySnapshotStore>;
  let reader: FailingStore<MemoryWorkspaceReader>;
  let bus: FailingStore<MemoryUpdateBus>;
  let ports: ReturnType<typeof makePorts>;
  const makePorts = () => ({
    lock: new MemoryWorkspaceLock(),
    reader: reader.port,
    repository: new MemorySnapshotRepository() as SnapshotRepository,
    snapshots: snapshots.port,
    bus: bus.port,
    observer: { hintFailed: (_hint: string, error: unknown) => void failures.push(error) },
    coverage: new MemorySnapshotCoverage(store),
    large: inProcess,
  });
  beforeEach(() => {
    workspace = aWorkspace();
    now = '2026-01-02T03:04:05.678Z';
    store = new MemoryPanelStore(() => new Date(now));
    [announced, failures] = [[], []];
    snapshots = new FailingStore(new MemorySnapshotStore());
    reader = new FailingStore(new MemoryWorkspaceReader(store, () => new Date(now)));
    bus = new FailingStore(new MemoryUpdateBus());
    void bus.adapter.subscribe(workspace, {
      onChange: () => undefined,
      onEvent: (event) => void announced.push(event),
      onReached: () => undefined,
      onGap: () => undefined,
    });
    ports = makePorts();
  });

  const run = aJobRun();
  const outcomeOf = (request: SnapshotRequest) => takeSnapshot({ request, ...run }, ports);
  const take = async (request = aSnapshotRequest({ workspace })) => takenSnapshot(await outcomeOf(request));
  const write = (panelId: string, version: number, state: JsonObject) =>
    store.append([anAppend({ ...workspace, panelId }, version - 1, [{ state }])]);
  const filesAt = (commitHash: string, panelIds: string[]) =>
    ports.repository.readFiles(workspace, commitHash, [manifestPath, ...panelIds.map(panelPath)]);

  it('commits every panel with its manifest, and records the snapshot', async () => {
    await write('b:1', 1, { z: 1, a: [true] });
    await write('a', 1, {});
    const request = aSnapshotRequest({
      workspace,
      type: 'pre_restore',
      description: 'before',
      requestedBy: 'bob',
    });
    const snapshot = await take(request);

    expect(snapshot).toEqual({
      workspace,
      snapshotId: request.snapshotId,
      type: 'pre_restore',
      description: 'before',
      panelCount: 2,
      totalSizeBytes: '{"a":[true],"z":1}{}'.length,
      gitCommitHash: expect.stringMatching(/^[0-9a-f]{40}$/),
      gitBranch: 'main',
      createdBy: 'bob',
      createdAt: now,
    });
    const [manifest, b, a] = await filesAt(snapshot.gitCommitHash, ['b:1', 'a']);
    expect(b).toBe('{\n  "a": [\n    true\n  ],\n  "z": 1\n}\n');
    expect(a).toBe('{}\n');
    const checksum = checksumOf(canonicalJson(JSON.parse(b as string) as JsonObject));
    expect(parseManifest(manifest as string)?.panels.get('b:1')).toEqual({ version: 1, checksum });
    expect(await ports.snapshots.list(workspace, { limit: 10 })).toEqual([snapshot]);
  });

  it('announces each snapshot once, and takes it even when the announcement fails', async () => {
    const request = aSnapshotRequest({ workspace });
    const snapshot = await take(request);
    await take(request);
    expect(announced).toEqual([{ kind: 'snapshot_created', snapshot }]);

    const away = new Unavailable('The update bus');
    bus.failNext('announce', away);
    expect(await take()).toMatchObject({ panelCount: 0 });
    expect(failures).toEqual([away]);
  });

  it('takes a snapshot of an empty workspace', async () => {
    const snapshot = await take();
    expect(snapshot).toMatchObject({ panelCount: 0, totalSizeBytes: 0 });
    const [manifest] = await filesAt(snapshot.gitCommitHash, []);
    expect(parseManifest(manifest as string)?.panels.size).toBe(0);
  });

  it('writes what changed, keeps what did not, and drops what was deleted', async () => {
    await write('same', 1, { n: 1 });
    await write('changed', 1, { n: 1 });
    await write('deleted', 1, { n: 1 });
    const first = await take();
    await write('changed', 2, { n: 2 });
    await store.append([
      anAppend({ ...workspace, panelId: 'deleted' }, 1, [{ state: { n: 1 }, changeType: 'deleted' }]),
    ]);
    const asked: ReadonlyMap<string, string>[] = [];
    reader.onNext('readPanels', (readPanels, [, known]) => {
      asked.push(known);
      return readPanels();
    });
    const second = await take();

    expect(second.gitCommitHash).not.toBe(first.gitCommitHash);
    const [, ...panels] = await filesAt(second.gitCommitHash, ['same', 'changed', 'deleted']);
    expect(panels).toEqual(['{\n  "n": 1\n}\n', '{\n  "n": 2\n}\n', undefined]);
    expect([...(asked[0]?.keys() ?? [])].sort()).toEqual(['changed', 'deleted', 'same']);
  });

  it('makes no new commit when nothing changed', async () => {
    await write('a', 1, { n: 1 });
    const first = await take();
    now = '2026-01-02T03:04:06.000Z';
    const second = await take();
    expect(second).toMatchObject({ gitCommitHash: first.gitCommitHash, panelCount: 1, createdAt: now });
    expect(second.snapshotId).not.toBe(first.snapshotId);
    expect(await ports.snapshots.list(workspace, { limit: 10 })).toEqual([second, first]);
  });

  it('commits a panel that came back to its old content: it has a new version', async () => {
    await write('a', 1, { n: 1 });
    const first = await take();
    await write('a', 2, { n: 2 });
    await write('a', 3, { n: 1 });
    const second = await take();
    const [manifest, a] = await filesAt(second.gitCommitHash, ['a']);
    expect(second.gitCommitHash).not.toBe(first.gitCommitHash);
    expect(parseManifest(manifest as string)?.panels.get('a')?.version).toBe(3);
    expect(a).toBe('{\n  "n": 1\n}\n');
  });

  it('answers the same snapshot when it is taken again', async () => {
    const request = aSnapshotRequest({ workspace });
    const first = await take(request);
    await write('a', 1, {});
    expect(await take(request)).toEqual(first);
  });

  it('ends in the same snapshot when it was interrupted between commit and record', async () => {
    await write('a', 1, { n: 1 });
    const request = aSnapshotRequest({ workspace });
    snapshots.failNext('add', new Unavailable('The database'));
    await expect(take(request)).rejects.toBeInstanceOf(Unavailable);
    const tip = await ports.repository.readTip(workspace);
    await write('a', 2, { n: 2 });
    now = '2026-01-02T04:00:00.000Z';

    const snapshot = await take(request);
    expect(snapshot).toMatchObject({
      gitCommitHash: tip?.commitHash,
      createdAt: '2026-01-02T03:04:05.678Z',
      totalSizeBytes: '{"n":1}'.length,
    });
    expect(await ports.repository.readTip(workspace)).toEqual(tip);
  });

  it('commits a large state, which comes as text, like any other', async () => {
    const state = { list: Array.from({ length: 10_000 }, (_, id) => ({ id, ä: [id] })) };
    await write('large', 1, state);
    const { gitCommitHash } = await take();
    const [, file] = await filesAt(gitCommitHash, ['large']);
    expect(file).toBe(prettyJson(state));
  });

  it('starts over when another writer moved the branch', async () => {
    await write('a', 1, { n: 1 });
    reader.onNext('readPanels', async (readPanels) => {
      await takeSnapshot(
        { request: aSnapshotRequest({ workspace }), ...run },
        { ...ports, lock: new MemoryWorkspaceLock() },
      );
      await write('a', 2, { n: 2 });
      return readPanels();
    });
    const snapshot = await take();
    expect(await ports.repository.readTip(workspace)).toMatchObject({
      commitHash: snapshot.gitCommitHash,
      manifest: { snapshotId: snapshot.snapshotId },
    });
  });

  it('stops when it is aborted, and leaves no trace', async () => {
    await write('a', 1, { n: 1 });
    const stop = new AbortController();
    reader.onNext('readPanels', (readPanels) => {
      stop.abort(new Error('stop'));
      return readPanels();
    });
    const request = aSnapshotRequest({ workspace });
    await expect(takeSnapshot({ request, ...run, signal: stop.signal }, ports)).rejects.toThrow('stop');
    expect(await ports.repository.readTip(workspace)).toBeUndefined();
    expect(await ports.snapshots.list(workspace, { limit: 10 })).toEqual([]);
  });

  it('drops an automatic one where nothing changed, and takes one where something did', async () => {
    const automatic = () => outcomeOf(aSnapshotRequest({ workspace, type: 'auto', automatic: true }));
    await write('a', 1, { n: 1 });
    expect(await automatic()).toMatchObject({ outcome: 'taken' });
    expect(await automatic()).toEqual({ outcome: 'unchanged' });
    await store.append([
      anAppend({ ...workspace, panelId: 'a' }, 1, [{ state: { n: 1 }, changeType: 'deleted' }]),
    ]);
    expect(await automatic()).toMatchObject({ outcome: 'taken', snapshot: { panelCount: 0 } });
    expect(await ports.snapshots.list(workspace, { limit: 10 })).toHaveLength(2);
  });

  it('drops an automatic one whose changes are all committed, although no record says so', async () => {
    await write('a', 1, { n: 1 });
    await take();
    ports.coverage = new MemorySnapshotCoverage(store);
    const request = aSnapshotRequest({ workspace, automatic: true });
    expect(await outcomeOf(request)).toEqual({ outcome: 'unchanged' });
    expect(await ports.coverage.count(workspace)).toMatchObject({ changes: 1, covered: 1 });
  });

  it('does not take changes for covered that were made after an interrupted attempt', async () => {
    await write('a', 1, { n: 1 });
    const request = aSnapshotRequest({ workspace });
    snapshots.failNext('add', new Unavailable('The database'));
    await expect(take(request)).rejects.toBeInstanceOf(Unavailable);
    await write('a', 2, { n: 2 });
    await take(request);
    expect(await ports.coverage.count(workspace)).toMatchObject({ changes: 2, covered: 1 });
  });

  it('reports its progress', async () => {
    for (const panelId of ['a', 'b', 'c']) await write(panelId, 1, {});
    const reports: JobProgress[] = [];
    const report = (progress: JobProgress) => void reports.push(progress);
    await takeSnapshot({ request: aSnapshotRequest({ workspace }), ...run, report }, ports);
    expect(reports).toEqual([1, 2, 3].map((done) => ({ done, total: 3 })));
  });
});

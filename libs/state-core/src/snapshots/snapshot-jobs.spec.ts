import { PushRefused, Unavailable } from '../errors';
import { MemoryChangeFeed, MemoryKeyStore, MemorySnapshotQueue } from '../memory';
import { PanelMutexes } from '../panels/group-commit';
import { defaultLimits, keyRetentionMs } from '../panels/model';
import { someCopies } from '../testing/copies-world';
import { FailingStore } from '../testing/failing-store';
import { aRequest } from '../testing/idempotency.contract';
import { anAppend } from '../testing/panel-builders';
import { aJobRun, aSnapshotRequest, aWorkspace, takenSnapshot } from '../testing/snapshot-builders';
import { SnapshotWorld } from '../testing/snapshot-world';
import { clearWorkspace } from './clear-workspace';
import { doSnapshotJob } from './do-snapshot-job';
import { forgetKeys } from './forget-keys';
import { pushSnapshots } from './push-snapshots';
import { readSnapshotJob } from './read-snapshot-job';
import { scanChanges } from './scan-changes';
import type { JobProgress, SnapshotOutcome, SnapshotRequest } from './model';
import { inProcess } from '../panels/large';

const away = new Unavailable('The job queue');
const { signal } = new AbortController();

let world: SnapshotWorld;
beforeEach(() => {
  world = new SnapshotWorld();
});

describe('clearWorkspace', () => {
  const clear = (queue = world.queue) => {
    const { store, bus, observer } = world;
    const ports = {
      store,
      feed: new MemoryChangeFeed(store),
      bus,
      observer,
      copies: someCopies(),
      large: inProcess,
      mutexes: new PanelMutexes(),
      limits: defaultLimits,
      triggers: { changed: () => undefined },
    };
    return clearWorkspace({ workspace: world.workspace, actor: 'ann', waitMs: 1_000 }, { ...ports, queue });
  };

  it('takes a last snapshot, and then deletes every panel as one', async () => {
    for (let n = 0; n < 3; n++) await world.write(`p${n}`, { n });
    await world.write('gone', {});
    await world.write('gone');
    expect(await clear()).toBe(6);
    expect(await world.states()).toEqual({});
    expect(await world.snapshots.list(world.workspace, { limit: 10 })).toMatchObject([
      {
        type: 'pre_delete',
        description: 'Last snapshot before the workspace was deleted',
        createdBy: 'ann',
        panelCount: 3,
      },
    ]);
    expect((await world.store.changesSince(world.keyOf('p0'), 1, 10))[0]).toMatchObject({
      changeType: 'deleted',
      actor: 'ann',
      triggerSource: 'workspace-deleted',
    });
    expect((await world.store.read(world.keyOf('gone')))?.version).toBe(2);
  });

  it('deletes more panels than one page lists', async () => {
    for (let n = 0; n < 1_001; n++) await world.write(`p${n}`, {});
    await clear();
    expect(await world.states()).toEqual({});
  });

  it('takes no snapshot of a workspace without panels', async () => {
    expect(await clear()).toBeUndefined();
    expect(await world.snapshots.list(world.workspace, { limit: 10 })).toEqual([]);
  });

  it.each([
    ['snapshot_failed', () => Promise.reject(new Unavailable('The disk'))],
    ['unavailable', () => new Promise<never>(() => {})],
  ])('deletes nothing without that snapshot: %s', async (code, take) => {
    await world.write('a', { n: 1 });
    await expect(clear(new MemorySnapshotQueue(take))).rejects.toMatchObject({ code });
    expect(await world.states()).toEqual({ a: { n: 1 } });
  });
});

describe('readSnapshotJob', () => {
  const read = (jobId: string, workspace = world.workspace) => readSnapshotJob({ workspace, jobId }, world);
  const ask = async () => {
    const request = aSnapshotRequest({ workspace: world.workspace });
    const jobId = await world.queue.request(request);
    await world.queue.waitFor(jobId, 1_000);
    return jobId;
  };

  it('returns how a job ended, also when the queue has forgotten it', async () => {
    await world.write('a', {});
    const jobId = await ask();
    const snapshot = await world.snapshots.read(world.workspace, jobId);
    const done = {
      ...{ kind: 'snapshot', jobId, workspace: world.workspace, state: 'completed' },
      ...{ progress: { done: 1, total: 1 }, failedReason: undefined },
      result: { outcome: 'taken', snapshot },
    };
    expect(await read(jobId)).toEqual(done);
    const forgetful = { ...world, queue: new MemorySnapshotQueue(() => Promise.reject(away)) };
    expect(await readSnapshotJob({ workspace: world.workspace, jobId }, forgetful)).toEqual(done);
  });

  it('says why a job failed', async () => {
    const queue = new MemorySnapshotQueue(() => Promise.reject(new Unavailable('The disk')));
    const jobId = await queue.request(aSnapshotRequest({ workspace: world.workspace }));
    await queue.waitFor(jobId, 1_000);
    expect(await readSnapshotJob({ workspace: world.workspace, jobId }, { ...world, queue })).toMatchObject({
      state: 'failed',
      failedReason: expect.stringContaining('The disk is unavailable'),
      result: undefined,
    });
  });

  it.each(['', 'x', '00000000-0000-4000-8000-999999999999'])('does not find %j', async (jobId) => {
    await expect(read(jobId)).rejects.toMatchObject({ code: 'not_found', facts: { jobId } });
  });

  it('does not find a job of another workspace, running or finished', async () => {
    const jobId = await ask();
    for (const workspace of [aWorkspace(), { ...world.workspace, workspaceId: 'other' }]) {
      await expect(read(jobId, workspace)).rejects.toMatchObject({ code: 'not_found', facts: { jobId } });
      const forgetful = { ...world, queue: new MemorySnapshotQueue(() => Promise.reject(away)) };
      const later = readSnapshotJob({ workspace, jobId }, forgetful);
      await expect(later).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('scanChanges', () => {
  let requests: SnapshotRequest[];
  const collecting = () =>
    new MemorySnapshotQueue(async (request) => (requests.push(request), { outcome: 'unchanged' }));
  const scan = (queue = collecting(), reports: JobProgress[] = []) =>
    scanChanges(aJobRun({ report: (progress) => void reports.push(progress) }), {
      coverage: world.coverage,
      queue,
    });
  beforeEach(() => {
    requests = [];
  });

  it('asks for an automatic snapshot of what has changed since the newest one, and of nothing else', async () => {
    await world.write('a', { n: 1 });
    const reports: JobProgress[] = [];
    expect(await scan(collecting(), reports)).toEqual({ due: 1 });
    expect([requests, reports]).toEqual([
      [
        {
          ...{ workspace: world.workspace, snapshotId: expect.any(String), type: 'auto', description: null },
          ...{ requestedBy: 'system', automatic: true, push: true },
        },
      ],
      [{ done: 1, total: 1 }],
    ]);
    await world.take();
    expect(await scan()).toEqual({ due: 0 });
    await world.write('a');
    expect(await scan()).toEqual({ due: 1 });
  });

  it('finds the same workspace again where the queue was away', async () => {
    await world.write('a', {});
    const queue = new FailingStore(collecting());
    queue.failNext('requestAll', away);
    await expect(scan(queue.port)).rejects.toBe(away);
    expect(await scan(queue.port)).toEqual({ due: 1 });
    expect(requests).toHaveLength(1);
  });

  it('finds more workspaces than one page has, each once', async () => {
    for (let n = 0; n < 501; n++) {
      const key = { owner: 'ann', workspaceId: `w${n}`, panelId: 'p' };
      await world.store.append([anAppend(key, 0, [{ state: {} }])]);
    }
    expect(await scan()).toEqual({ due: 501 });
    expect(new Set(requests.map(({ workspace }) => workspace.workspaceId)).size).toBe(501);
  });
});

describe('doSnapshotJob', () => {
  let upkeep: string[];
  const upkeepQueue = {
    requestPush: async () => (upkeep.push('push'), 'push-job'),
    requestMaintenance: async () => void upkeep.push('maintenance'),
  };
  const run = (more: Partial<SnapshotRequest>, hasRemote = true, queue = upkeepQueue) => {
    const request = aSnapshotRequest({ workspace: world.workspace, ...more });
    return doSnapshotJob({ request, ...aJobRun() }, { ...world, upkeep: queue, hasRemote });
  };
  const takenOf = (outcome: SnapshotOutcome) => {
    if (outcome.outcome !== 'taken') throw new Error('It was dropped.');
    return outcome;
  };
  beforeEach(() => {
    upkeep = [];
  });

  it.each([
    [true, true, ['maintenance', 'push'], 'push-job'],
    [true, false, ['maintenance'], undefined],
    [false, true, ['maintenance'], undefined],
  ])(
    'has the repository maintained and pushed: asked %s, remote %s',
    async (push, hasRemote, did, pushJobId) => {
      await world.write('a', {});
      const { snapshot, ...rest } = takenOf(await run({ push }, hasRemote));
      expect(snapshot).toMatchObject({ panelCount: 1 });
      expect([upkeep, rest]).toEqual([
        did,
        pushJobId ? { outcome: 'taken', pushJobId } : { outcome: 'taken' },
      ]);
    },
  );

  it('leaves the repository alone where nothing was taken', async () => {
    await world.write('a', {});
    expect(await run({ automatic: true })).toMatchObject({ outcome: 'taken' });
    upkeep = [];
    expect(await run({ automatic: true })).toEqual({ outcome: 'unchanged' });
    expect(upkeep).toEqual([]);
  });

  it('ends in the same snapshot where the upkeep could not be queued and the job is done again', async () => {
    const faults = new FailingStore(upkeepQueue);
    faults.failNext('requestMaintenance', away);
    const request = { snapshotId: '00000000-0000-4000-8000-00000000000a' };
    await expect(run(request, true, faults.port)).rejects.toBe(away);
    const snapshot = takenSnapshot(await run(request, true, faults.port));
    expect(await world.snapshots.list(world.workspace, { limit: 10 })).toEqual([snapshot]);
  });
});

describe('pushSnapshots', () => {
  const template = 'file:///remotes/{owner}/{workspace}.git';
  const push = (remoteTemplate?: string) =>
    pushSnapshots(world.workspace, { repository: world.repository, remoteTemplate }, signal);
  const url = () => `file:///remotes/${world.workspace.owner}/ws.git`;

  it('pushes nothing where there is no remote, or no commit', async () => {
    world.repository.remotes.set(url(), []);
    expect(await push(template)).toEqual({ outcome: 'nothing-to-push' });
    await world.take();
    expect(await push()).toEqual({ outcome: 'nothing-to-push' });
    expect(world.repository.remotes.get(url())).toEqual([]);
  });

  it('brings the newest commit to the remote of the workspace', async () => {
    await world.write('a', {});
    const { gitCommitHash } = await world.take();
    world.repository.remotes.set(url(), []);
    expect(await push(template)).toEqual({ outcome: 'pushed', commitHash: gitCommitHash });
    expect(world.repository.remotes.get(url())?.at(-1)).toBe(gitCommitHash);
  });

  it('fails where the remote is away, and where it has commits of its own', async () => {
    await world.take();
    await expect(push(template)).rejects.toThrow(Unavailable);
    world.repository.remotes.set(url(), ['f'.repeat(40)]);
    await expect(push(template)).rejects.toThrow(PushRefused);
  });
});

it('forgetKeys forgets keys a day after they were claimed, and none before', async () => {
  let now = 0;
  const keys = new MemoryKeyStore(() => new Date(now));
  const workspace = aWorkspace();
  await keys.claim(workspace, aRequest('k'), {});
  now = keyRetentionMs;
  expect(await forgetKeys({ keys }, signal)).toEqual({ forgottenKeys: 0 });
  now++;
  expect(await forgetKeys({ keys }, signal)).toEqual({ forgottenKeys: 1 });
  expect(await keys.claim(workspace, aRequest('k'), {})).toBeUndefined();
});

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { testRedisUrl } from '@nexus-state/test-kit';
import { Queue, Worker } from 'bullmq';
import {
  Unavailable,
  type WorkspaceKey,
  type PushOutcome,
  type JobRun,
  type SnapshotOutcome,
} from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { aSnapshot, aSnapshotRequest, aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotQueue } from '@nexus-state/state-core/testing/snapshot-queue.contract';
import { BullmqSchedule } from './bullmq-schedule';
import { BullmqSnapshotQueue } from './bullmq-snapshot-queue';
import { BullmqUpkeepQueue } from './bullmq-upkeep-queue';
import type { LostJob } from './bullmq-worker';
import { QueueReport } from './queue-report';
import { BullmqSnapshotWorkers, type SnapshotJobs, type SnapshotWorkersOptions } from './bullmq-workers';

const aLocation = () => ({ redis: testRedisUrl(), prefix: `test-${randomUUID()}`, onError: () => {} });

const idle: SnapshotJobs = {
  snapshot: async () => ({ outcome: 'unchanged' }),
  scan: async () => ({}),
  push: async () => ({ outcome: 'nothing-to-push' }),
  maintenance: async () => ({}),
  embed: async () => ({}),
};
const taken = (snapshot = aSnapshot()): SnapshotOutcome => ({ outcome: 'taken', snapshot });

describeSnapshotQueue('BullMQ', async (snapshot) => {
  const location = aLocation();
  const queue = new BullmqSnapshotQueue({ ...location, attempts: 1, timeoutMs: 20_000 });
  const worker = new BullmqSnapshotWorkers({ ...location, jobs: { ...idle, snapshot }, concurrency: 8 });
  return { queue, close: async () => void (await Promise.all([worker.close(0), queue.close()])) };
});

describe('snapshot jobs in BullMQ', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let location: ReturnType<typeof aLocation>;
  let queue: BullmqSnapshotQueue;
  beforeEach(() => {
    location = aLocation();
    queue = new BullmqSnapshotQueue({ ...location, timeoutMs: 20_000 });
    closing.push(() => queue.close());
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });

  const aWorker = (snapshot: SnapshotJobs['snapshot'], options: Partial<SnapshotWorkersOptions> = {}) => {
    const jobs = { ...idle, snapshot };
    const worker = new BullmqSnapshotWorkers({ ...location, jobs, orphanedAfterMs: 1_000, ...options });
    closing.push(() => worker.close(0));
    return worker;
  };
  /** Takes nothing, and hears when it has to let go. */
  const holdUntilAborted =
    (begun: () => void) =>
    async (_: unknown, { signal }: JobRun) => {
      begun();
      if (!signal.aborted) await once(signal, 'abort');
      return Promise.reject(new Error('aborted'));
    };

  it('waits for a worker to come', async () => {
    const jobId = await queue.request(aSnapshotRequest());
    const result = queue.waitFor(jobId, 20_000);
    aWorker(async () => taken());
    expect(await result).toMatchObject({ outcome: 'taken' });
  });

  it('tries again after a failure', async () => {
    let attempts = 0;
    aWorker(async () => {
      if (++attempts === 1) throw new Unavailable('The database');
      return taken();
    });
    const jobId = await queue.request(aSnapshotRequest());
    expect(await queue.waitFor(jobId, 20_000)).toMatchObject({ outcome: 'taken' });
    expect(attempts).toBe(2);
  });

  it('keeps a failed job, with the causes, for an operator', async () => {
    const impatient = new BullmqSnapshotQueue({ ...location, attempts: 1 });
    const report = new QueueReport(location);
    closing.push(
      () => impatient.close(),
      () => report.close(),
    );
    let isFull = true;
    const full = new Unavailable('The snapshot repository', { cause: new Error('disk full') });
    aWorker(async () => (isFull ? Promise.reject(full) : taken()));
    const request = aSnapshotRequest();
    const jobId = await impatient.request(request);
    await impatient.waitFor(jobId, 20_000);

    const { owner, workspaceId } = request.workspace;
    expect(await report.failed()).toEqual([
      {
        queue: 'snapshots',
        jobId,
        kind: 'snapshot',
        workspace: `${owner}/${workspaceId}`,
        attempts: 1,
        failedAt: expect.stringMatching(/^20.*Z$/),
        reason: expect.stringContaining('The snapshot repository'),
      },
    ]);
    expect(await report.counts()).toMatchObject({ snapshots: { failed: 1 }, pushes: { failed: 0 } });
    expect((await report.log(jobId)).join('\n')).toContain('caused by Error: disk full');

    isFull = false;
    expect(await report.retry('another')).toBe(0);
    expect(await report.retry(jobId)).toBe(1);
    await eventually(async () => (await queue.readJob(jobId))?.state === 'completed', 'the job to be done');
    expect(await report.failed()).toEqual([]);
  });

  it('hands a job back when it closes before the job is done, and another worker takes it up', async () => {
    let begun = false;
    const first = aWorker(holdUntilAborted(() => (begun = true)));
    const request = aSnapshotRequest();
    const jobId = await queue.request(request);
    await eventually(() => begun, 'the first worker to take the job');

    const started = Date.now();
    await first.close(100);
    expect(Date.now() - started).toBeLessThan(5_000);
    aWorker(async ({ snapshotId }) => taken(aSnapshot({ snapshotId })));
    expect(await queue.waitFor(jobId, 20_000)).toMatchObject({
      snapshot: { snapshotId: request.snapshotId },
    });
  });

  it('takes up the job of a worker that has died', async () => {
    const { redis: url, prefix } = location;
    let begun = false;
    // It says that it has a job, and then nothing more.
    const dead = new Worker('snapshots', () => ((begun = true), new Promise(() => {})), {
      prefix,
      connection: { url, maxRetriesPerRequest: null },
      lockDuration: 500,
      skipLockRenewal: true,
      skipStalledCheck: true,
    });
    closing.push(() => dead.close(true));
    const request = aSnapshotRequest();
    const jobId = await queue.request(request);
    await eventually(() => begun, 'the job to be begun');
    aWorker(async ({ snapshotId }) => taken(aSnapshot({ snapshotId })), { orphanedAfterMs: 500 });
    expect(await queue.waitFor(jobId, 20_000)).toMatchObject({ snapshot: { snapshotId: jobId } });
  });

  it('finishes a job that is nearly done when it closes', async () => {
    let finish: (() => void) | undefined;
    const worker = aWorker(() => new Promise((resolve) => (finish = () => resolve(taken()))));
    const jobId = await queue.request(aSnapshotRequest());
    const done = await eventually(() => finish, 'the job to be taken');
    const closed = worker.close(10_000);
    done();
    await closed;
    expect(await queue.waitFor(jobId, 1_000)).toMatchObject({ outcome: 'taken' });
  });

  it('answers waiting callers at once when the queue is closed', async () => {
    const jobId = await queue.request(aSnapshotRequest());
    const result = queue.waitFor(jobId, 20_000);
    const started = Date.now();
    await queue.close();
    expect(await result).toBeUndefined();
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('takes back a job that no worker has begun, and makes room for the next one like it', async () => {
    const request = aSnapshotRequest({ automatic: true, type: 'pre_ai_edit' });
    const jobId = await queue.request(request);
    expect(await queue.withdraw(jobId)).toBe(true);
    expect(await queue.readJob(jobId)).toBeUndefined();
    expect(await queue.withdraw(jobId)).toBe(false);
    const next = aSnapshotRequest({ ...request, snapshotId: aSnapshotRequest().snapshotId });
    expect(await queue.request(next)).toBe(next.snapshotId);
  });

  it('does requested snapshots before automatic ones', async () => {
    const order: string[] = [];
    for (const type of ['auto', 'auto', 'manual'])
      await queue.request(aSnapshotRequest({ type, automatic: type === 'auto' }));
    aWorker(async ({ type }) => (order.push(type), taken()), { concurrency: 1 });
    await eventually(() => order.length === 3, 'three jobs');
    expect(order).toEqual(['manual', 'auto', 'auto']);
  });

  it('reports a job that is given up, and no other', async () => {
    const lost: LostJob[] = [];
    const impatient = new BullmqSnapshotQueue({ ...location, attempts: 2, timeoutMs: 20_000 });
    closing.push(() => impatient.close());
    aWorker(() => Promise.reject(new Unavailable('The database')), { onLost: (job) => lost.push(job) });
    const jobId = await impatient.request(aSnapshotRequest());
    await impatient.waitFor(jobId, 20_000);
    const reason = expect.stringContaining('The database');
    await eventually(() => lost.length > 0, 'the job to be reported');
    expect(lost).toEqual([{ queue: 'snapshots', kind: 'snapshot', jobId, attempts: 2, reason }]);
  });

  it('keeps one schedule for all workers, and puts it back where it was lost', async () => {
    const schedules = [new BullmqSchedule(location), new BullmqSchedule(location)] as const;
    const stranger = new Queue('snapshots', { prefix: location.prefix, connection: { url: location.redis } });
    closing.push(...[...schedules, stranger].map((one) => () => one.close()));
    const kept = async () => (await stranger.getJobSchedulers()).map(({ key, every }) => [key, every]);
    const every = { scanEveryMs: 60_000, maintenanceEveryMs: 0 };
    await Promise.all(schedules.map((schedule) => schedule.set(every)));
    expect(await kept()).toEqual([['scan', 60_000]]);
    await schedules[1].set({ ...every, scanEveryMs: 30_000 });
    await schedules[0].restore(every);
    expect(await kept()).toEqual([['scan', 30_000]]);
    await stranger.removeJobScheduler('scan');
    await schedules[0].restore(every);
    expect(await kept()).toEqual([['scan', 60_000]]);
    await schedules[0].set({ ...every, scanEveryMs: 0 });
    expect(await kept()).toEqual([]);
  });

  describe('pushes', () => {
    let upkeep: BullmqUpkeepQueue;
    beforeEach(() => {
      upkeep = new BullmqUpkeepQueue({ ...location, timeoutMs: 20_000 });
      closing.push(() => upkeep.close());
    });

    it('coalesce while they wait, and follow one that is under way', async () => {
      let finish: () => void = () => {};
      const gate = new Promise<void>((resolve) => (finish = resolve));
      const pushed: WorkspaceKey[] = [];
      const push = async (workspace: WorkspaceKey): Promise<PushOutcome> => {
        pushed.push(workspace);
        await gate;
        return { outcome: 'pushed', commitHash: 'c' };
      };
      const workspace = aWorkspace();
      const jobIds = await Promise.all([upkeep.requestPush(workspace), upkeep.requestPush(workspace)]);
      expect(new Set(jobIds).size).toBe(1);
      const workers = new BullmqSnapshotWorkers({ ...location, jobs: { ...idle, push } });
      closing.push(() => workers.close(0));
      await eventually(() => pushed.length === 1, 'the push to begin');
      await upkeep.requestPush(workspace);
      await upkeep.requestPush(workspace);
      finish();
      await eventually(() => pushed.length === 2, 'the push after it');
      expect(await queue.readJob(jobIds[0])).toMatchObject({
        kind: 'push',
        workspace,
        state: 'completed',
        result: { outcome: 'pushed', commitHash: 'c' },
      });
      expect(pushed).toEqual([workspace, workspace]);
    });

    it('that fail hold up no snapshot', async () => {
      const push = async (_: unknown, { signal }: JobRun): Promise<never> => {
        if (!signal.aborted) await once(signal, 'abort');
        throw new Error('aborted');
      };
      const snapshot = async () => taken();
      const workers = new BullmqSnapshotWorkers({ ...location, jobs: { ...idle, push, snapshot } });
      closing.push(() => workers.close(0));
      for (let n = 0; n < 8; n++) await upkeep.requestPush(aWorkspace());
      const jobId = await queue.request(aSnapshotRequest());
      expect(await queue.waitFor(jobId, 20_000)).toMatchObject({ outcome: 'taken' });
    });
  });

  it('gives up at once on a job that it cannot read', async () => {
    const stranger = new Queue('snapshots', { prefix: location.prefix, connection: { url: location.redis } });
    closing.push(() => stranger.close());
    aWorker(async () => taken());
    await stranger.add('snapshot', { workspace: 'ws' }, { jobId: 'strange', attempts: 5 });
    expect(await queue.waitFor('strange', 20_000)).toMatchObject({ outcome: 'failed' });
  });

  it('is unavailable, soon, when Redis is away', async () => {
    const nowhere = { ...location, redis: 'redis://127.0.0.1:1/0', timeoutMs: 300 };
    const lost = new BullmqSnapshotQueue(nowhere);
    await expect(lost.request(aSnapshotRequest())).rejects.toBeInstanceOf(Unavailable);
    expect(await lost.waitFor('any', 100)).toBeUndefined();
    await lost.close();
  });
});

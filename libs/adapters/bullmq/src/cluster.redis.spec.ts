import { randomUUID } from 'node:crypto';
import { OwnRedisCluster } from '@nexus-state/test-kit';
import { Unavailable } from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { aSnapshot, aSnapshotRequest, aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotQueue } from '@nexus-state/state-core/testing/snapshot-queue.contract';
import { BullmqSchedule } from './bullmq-schedule';
import { BullmqSnapshotQueue } from './bullmq-snapshot-queue';
import { BullmqUpkeepQueue } from './bullmq-upkeep-queue';
import { BullmqSnapshotWorkers, type SnapshotJobs } from './bullmq-workers';
import { keyPrefix } from './queue-options';
import { QueueReport } from './queue-report';

let cluster: OwnRedisCluster;
beforeAll(async () => {
  cluster = await OwnRedisCluster.start();
}, 60_000);
afterAll(() => cluster?.stop());

const aLocation = () => ({ redis: cluster.address, prefix: `test-${randomUUID()}`, onError: () => {} });
const idle: SnapshotJobs = {
  snapshot: async ({ snapshotId }) => ({ outcome: 'taken', snapshot: aSnapshot({ snapshotId }) }),
  scan: async () => ({}),
  push: async () => ({ outcome: 'nothing-to-push' }),
  maintenance: async () => ({}),
  embed: async () => ({}),
};

describeSnapshotQueue('BullMQ on a Redis Cluster', async (snapshot) => {
  const location = aLocation();
  const queue = new BullmqSnapshotQueue({ ...location, attempts: 1, timeoutMs: 20_000 });
  const worker = new BullmqSnapshotWorkers({ ...location, jobs: { ...idle, snapshot }, concurrency: 8 });
  return { queue, close: async () => void (await Promise.all([worker.close(0), queue.close()])) };
});

describe('keyPrefix', () => {
  it.each([
    ['nexus-queue', '{nexus-queue}'],
    ['nexus:{queue}', 'nexus:{queue}'],
    ['odd{}', '{odd{}}'],
  ])('keeps the keys of a cluster together: %s', (prefix, expected) => {
    const redis = { nodes: [], tls: false };
    expect(keyPrefix({ redis, prefix })).toBe(expected);
    expect(keyPrefix({ redis: 'redis://one', prefix })).toBe(prefix);
  });
});

describe('jobs in a Redis Cluster', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const keep = <T extends { close(graceMs: number): Promise<unknown> }>(one: T): T => {
    closing.push(() => one.close(0));
    return one;
  };

  it('are scheduled, pushed and reported', async () => {
    const location = aLocation();
    const schedule = keep(new BullmqSchedule(location));
    const upkeep = keep(new BullmqUpkeepQueue({ ...location, timeoutMs: 20_000 }));
    const queue = keep(new BullmqSnapshotQueue({ ...location, timeoutMs: 20_000 }));
    const report = keep(new QueueReport(location));
    let scans = 0;
    keep(new BullmqSnapshotWorkers({ ...location, jobs: { ...idle, scan: async () => ++scans } }));
    await schedule.set({ scanEveryMs: 200, maintenanceEveryMs: 0 });
    const jobId = await upkeep.requestPush(aWorkspace());
    await eventually(() => scans > 1, 'two scans');
    await eventually(async () => (await queue.readJob(jobId))?.state === 'completed', 'the push');
    expect(await report.counts()).toMatchObject({ pushes: { completed: 1, failed: 0 } });
  });

  it('wait while the node that has them is away, and are done when it is back, by the same worker', async () => {
    const own = await OwnRedisCluster.start();
    closing.push(() => own.stop());
    const location = { ...aLocation(), redis: own.address };
    const [home] = await own.nodesOf(`${keyPrefix(location)}:snapshots:wait`);
    const queue = keep(new BullmqSnapshotQueue({ ...location, timeoutMs: 1_000 }));
    keep(new BullmqSnapshotWorkers({ ...location, jobs: idle }));
    const done = () =>
      eventually(async () => {
        const jobId = await queue.request(aSnapshotRequest());
        return (await queue.waitFor(jobId, 10_000))?.outcome === 'taken';
      }, 'a job to be done');
    await done();

    await home.kill();
    await expect(queue.request(aSnapshotRequest())).rejects.toBeInstanceOf(Unavailable);
    await home.restart();
    await done();
  }, 120_000);

  it('move with their slot to another node', async () => {
    const location = aLocation();
    const key = `${keyPrefix(location)}:snapshots:wait`;
    const [home, other] = await cluster.nodesOf(key);
    const queue = keep(new BullmqSnapshotQueue({ ...location, timeoutMs: 20_000 }));
    const jobId = await queue.request(aSnapshotRequest());
    await cluster.move(key, home, other);
    keep(new BullmqSnapshotWorkers({ ...location, jobs: idle }));
    expect(await queue.waitFor(jobId, 30_000)).toMatchObject({ outcome: 'taken' });
  });

  it('are unavailable, soon, when no node is there', async () => {
    const nowhere = { ...aLocation(), redis: { nodes: [{ host: '127.0.0.1', port: 1 }], tls: false } };
    const lost = new BullmqSnapshotQueue({ ...nowhere, timeoutMs: 300 });
    await expect(lost.request(aSnapshotRequest())).rejects.toBeInstanceOf(Unavailable);
    expect(await lost.waitFor('any', 100)).toBeUndefined();
    await lost.close();
  });
});

import { randomUUID } from 'node:crypto';
import { Unavailable, type WorkspaceKey } from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { testRedisUrl } from '@nexus-state/test-kit';
import { BullmqEmbeddingQueue } from './bullmq-embedding-queue';
import { BullmqSnapshotWorkers, type SnapshotJobs } from './bullmq-workers';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

function open(embed: SnapshotJobs['embed'], redis = testRedisUrl()): BullmqEmbeddingQueue {
  const location = { redis, prefix: `test-${randomUUID()}`, onError: () => {} };
  const nothing = async () => ({});
  const jobs: SnapshotJobs = {
    ...{ scan: nothing, maintenance: nothing, embed },
    snapshot: async () => ({ outcome: 'unchanged' }),
    push: async () => ({ outcome: 'nothing-to-push' }),
  };
  const worker = new BullmqSnapshotWorkers({ ...location, jobs });
  const queue = new BullmqEmbeddingQueue(location);
  closing.push(
    () => worker.close(0),
    () => queue.close(),
  );
  return queue;
}

it('requests for a workspace coalesce while they wait, and one follows the job that is under way', async () => {
  const begun: WorkspaceKey[] = [];
  const going: (() => void)[] = [];
  const queue = open((workspace) => {
    begun.push(workspace);
    return new Promise<void>((resolve) => going.push(resolve));
  });
  const workspace = aWorkspace();
  for (let count = 0; count < 3; count++) await queue.request(workspace);
  await eventually(() => begun.length === 1, 'the first job', 20_000);
  expect(begun).toEqual([workspace]);
  for (let count = 0; count < 2; count++) await queue.request(workspace);
  going[0]?.();
  await eventually(() => begun.length === 2, 'the job after it', 20_000);
  going[1]?.();
  // A job of another workspace, asked for now, is begun after all that wait.
  const other = aWorkspace();
  await queue.request(other);
  await eventually(() => begun.length === 3, 'the job of the other workspace', 20_000);
  expect(begun).toEqual([workspace, workspace, other]);
  going[2]?.();
});

it('says that it is unavailable when Redis is not there', async () => {
  const queue = open(async () => ({}), 'redis://127.0.0.1:1');
  await expect(queue.request(aWorkspace())).rejects.toBeInstanceOf(Unavailable);
});

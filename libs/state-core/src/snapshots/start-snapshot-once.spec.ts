import { MemoryKeyStore, MemorySnapshotQueue } from '../memory';
import { IdempotencyKeyReused, SnapshotFailed, Unavailable } from '../errors';
import { ValidationFailed } from '@nexus-state/documents';
import type { SnapshotQueue } from './ports';
import { aRequest } from '../testing/idempotency.contract';
import { FailingStore } from '../testing/failing-store';
import { aSnapshot, aWorkspace } from '../testing/snapshot-builders';
import type { RequestSnapshot } from './request-snapshot';
import { startSnapshotOnce } from './start-snapshot-once';

const workspace = aWorkspace();
let keys: MemoryKeyStore;
beforeEach(() => {
  keys = new MemoryKeyStore();
});

/** A queue that lists its jobs; `take` does each of them. */
function counting(take: () => Promise<unknown> = async () => undefined) {
  const jobs: string[] = [];
  const queue = new MemorySnapshotQueue(async ({ snapshotId }) => {
    jobs.push(snapshotId);
    await take();
    return { outcome: 'taken', snapshot: aSnapshot({ workspace, snapshotId }), pushJobId: 'push' };
  });
  return { jobs, queue };
}

const ask = (queue: SnapshotQueue, more: Partial<RequestSnapshot> = {}, request = aRequest('k')) =>
  startSnapshotOnce({ workspace, requestedBy: 'ann', waitMs: 1_000, ...more }, request, { queue, keys });

describe('startSnapshotOnce', () => {
  it('takes one snapshot, however often and at the same time it is asked for', async () => {
    const { jobs, queue } = counting();
    const results = await Promise.all([1, 2, 3].map(() => ask(queue)));
    expect(jobs).toHaveLength(1);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('gives a snapshot that was taken also while the queue is away', async () => {
    const first = await ask(counting().queue);
    expect(await ask(closed(counting().queue))).toEqual(first);
  });

  it('goes on with the same job where it was not finished in time, or the queue was away', async () => {
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const { jobs, queue } = counting(() => finished);
    await expect(ask(closed(queue))).rejects.toBeInstanceOf(Unavailable);
    const first = await ask(queue, { waitMs: 0 });
    const second = await ask(queue, { waitMs: 0 });
    finish();
    const last = await ask(queue);
    expect([second.jobId, last.jobId, jobs]).toEqual([first.jobId, first.jobId, [first.jobId]]);
    expect(last.taken?.snapshot.snapshotId).toBe(first.jobId);
  });

  it('tries anew what failed', async () => {
    let fails = true;
    const { jobs, queue } = counting(async () => {
      if (fails) throw new Unavailable('The snapshot repository');
    });
    await expect(ask(queue)).rejects.toBeInstanceOf(SnapshotFailed);
    fails = false;
    expect((await ask(queue)).taken).toBeDefined();
    expect(new Set(jobs).size).toBe(2);
  });

  it('keeps no key for what is not valid', async () => {
    const { queue } = counting();
    await expect(ask(queue, { type: 'two words' })).rejects.toBeInstanceOf(ValidationFailed);
    expect((await ask(queue, {}, aRequest('k', { fingerprint: 'other' }))).taken).toBeDefined();
  });

  it('refuses another request under the key', async () => {
    const { jobs, queue } = counting();
    await ask(queue);
    const other = ask(queue, {}, aRequest('k', { fingerprint: 'other' }));
    await expect(other).rejects.toBeInstanceOf(IdempotencyKeyReused);
    expect(jobs).toHaveLength(1);
  });
});

/** A queue that takes no more jobs. */
function closed(queue: SnapshotQueue): SnapshotQueue {
  const faults = new FailingStore(queue);
  faults.failEach('request', new Unavailable('The job queue'));
  return faults.port;
}

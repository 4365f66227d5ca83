import { SnapshotFailed } from '../errors';
import type { SnapshotQueue } from '../ports';
import type { Snapshot, SnapshotRequest } from '../snapshot';
import { aSnapshot, aSnapshotRequest } from './snapshot-builders';

/** What a worker does with a job of the queue under test. */
export type TakeJob = (request: SnapshotRequest) => Promise<Snapshot>;

/** What a queue adapter hands to its contract suite. */
export interface QueueUnderTest {
  readonly queue: SnapshotQueue;
  readonly close?: () => Promise<void>;
}

const outcomeOf = ({ workspace, snapshotId, type, description, requestedBy }: SnapshotRequest): Snapshot =>
  aSnapshot({ workspace, snapshotId, type, description, createdBy: requestedBy });

/**
 * The promises of `SnapshotQueue`, the same for every adapter.
 * @param open opens a queue whose workers do `take`, and give up after its first failure
 */
export function describeSnapshotQueue(name: string, open: (take: TakeJob) => Promise<QueueUnderTest>): void {
  describe(`snapshot queue: ${name}`, () => {
    let subject: QueueUnderTest;
    let queue: SnapshotQueue;
    let take: TakeJob;
    const taken: SnapshotRequest[] = [];
    beforeAll(async () => {
      subject = await open((request) => {
        taken.push(request);
        return take(request);
      });
      queue = subject.queue;
    });
    beforeEach(() => {
      taken.length = 0;
      take = async (request) => outcomeOf(request);
    });
    afterAll(() => subject?.close?.());

    it('hands a request to a worker as it is, and its snapshot back', async () => {
      const request = aSnapshotRequest({ description: 'ü€😀\n', type: 'pre_restore' });
      const jobId = await queue.request(request);
      expect(await queue.waitFor(jobId, 10_000)).toEqual({ outcome: 'taken', snapshot: outcomeOf(request) });
      expect(taken).toEqual([request]);
    });

    it('tells the result also to who asks after it is there', async () => {
      const request = aSnapshotRequest();
      const jobId = await queue.request(request);
      const first = await queue.waitFor(jobId, 10_000);
      expect(await queue.waitFor(jobId, 10_000)).toEqual(first);
    });

    it('takes the same request once', async () => {
      const request = aSnapshotRequest();
      const jobIds = await Promise.all([queue.request(request), queue.request(request)]);
      await queue.waitFor(jobIds[0], 10_000);
      await queue.request(request);
      expect(new Set(jobIds).size).toBe(1);
      expect(taken).toHaveLength(1);
    });

    it('takes requests for the same workspace one by one: each is a snapshot of its own', async () => {
      const first = aSnapshotRequest();
      const second = aSnapshotRequest({ workspace: first.workspace });
      const jobs = await Promise.all([queue.request(first), queue.request(second)]);
      const results = await Promise.all(jobs.map((jobId) => queue.waitFor(jobId, 10_000)));
      expect(results).toEqual(
        [first, second].map((request) => ({ outcome: 'taken', snapshot: outcomeOf(request) })),
      );
    });

    it('stops waiting in time, and the job goes on', async () => {
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      take = async (request) => {
        await finished;
        return outcomeOf(request);
      };
      const jobId = await queue.request(aSnapshotRequest());
      expect(await queue.waitFor(jobId, 50)).toBeUndefined();
      finish();
      expect(await queue.waitFor(jobId, 10_000)).toMatchObject({ outcome: 'taken' });
    });

    it('tells why a worker gave up', async () => {
      take = () => Promise.reject(new SnapshotFailed('x', 'the disk is full'));
      const jobId = await queue.request(aSnapshotRequest());
      expect(await queue.waitFor(jobId, 10_000)).toEqual({
        outcome: 'failed',
        reason: expect.stringContaining('the disk is full'),
      });
    });

    it('says nothing about an error that is not meant for callers', async () => {
      take = () => Promise.reject(new Error('/secret/path: permission denied'));
      const jobId = await queue.request(aSnapshotRequest());
      expect(await queue.waitFor(jobId, 10_000)).toEqual({ outcome: 'failed', reason: 'internal error' });
    });
  });
}

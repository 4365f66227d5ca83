import { SnapshotFailed } from '../errors';
import type { SnapshotQueue } from '../snapshots/ports';
import type { JobRun, SnapshotOutcome, SnapshotRequest } from '../snapshots/model';
import { eventually } from './eventually';
import { aSnapshot, aSnapshotRequest } from './snapshot-builders';

/** What a worker does with a job of the queue under test. */
export type TakeJob = (request: SnapshotRequest, run: JobRun) => Promise<SnapshotOutcome>;

/** What a queue adapter hands to its contract suite. */
export interface QueueUnderTest {
  readonly queue: SnapshotQueue;
  readonly close?: () => Promise<void>;
}

const outcomeOf = ({
  workspace,
  snapshotId,
  type,
  description,
  requestedBy,
}: SnapshotRequest): SnapshotOutcome => ({
  outcome: 'taken',
  snapshot: aSnapshot({ workspace, snapshotId, type, description, createdBy: requestedBy }),
});

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
      subject = await open((request, run) => {
        taken.push(request);
        return take(request, run);
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
      expect(await queue.waitFor(jobId, 10_000)).toEqual(outcomeOf(request));
      expect(taken).toEqual([request]);
    });

    it('gives the result also to a caller that comes later', async () => {
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
      expect(results).toEqual([first, second].map(outcomeOf));
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

    it('reports why a worker gave up', async () => {
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

    /** Keeps jobs from being done until it is called. */
    const holdJobs = () => {
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      take = async (request) => {
        await finished;
        return outcomeOf(request);
      };
      return finish;
    };

    it('lets automatic requests of one workspace and type coalesce, until the job is done', async () => {
      const finish = holdJobs();
      const request = aSnapshotRequest({ type: 'auto', automatic: true });
      const again = () => aSnapshotRequest({ ...request, snapshotId: aSnapshotRequest().snapshotId });
      const jobId = await queue.request(request);
      expect(await queue.request(again())).toBe(jobId);
      await queue.requestAll([again(), again()]);
      const others = await Promise.all([
        queue.request({ ...again(), type: 'pre_ai_edit' }),
        queue.request({ ...again(), workspace: aSnapshotRequest().workspace }),
        queue.request({ ...again(), automatic: false }),
      ]);
      expect(new Set([jobId, ...others]).size).toBe(4);
      finish();
      for (const id of [jobId, ...others])
        expect(await queue.waitFor(id, 10_000)).toMatchObject({ outcome: 'taken' });
      expect(taken).toHaveLength(4);

      const next = await queue.request(again());
      expect(next).not.toBe(jobId);
      await queue.waitFor(next, 10_000);
    });

    it('queues many at once, each as if alone', async () => {
      const requests = Array.from({ length: 5 }, () => aSnapshotRequest());
      await queue.requestAll(requests);
      const results = await Promise.all(requests.map(({ snapshotId }) => queue.waitFor(snapshotId, 10_000)));
      expect(results).toEqual(requests.map(outcomeOf));
    });

    it('says that an automatic one was not needed', async () => {
      take = async () => ({ outcome: 'unchanged' });
      const jobId = await queue.request(aSnapshotRequest({ automatic: true }));
      expect(await queue.waitFor(jobId, 10_000)).toEqual({ outcome: 'unchanged' });
      expect(await queue.readJob(jobId)).toMatchObject({
        state: 'completed',
        result: { outcome: 'unchanged' },
      });
    });

    it('reports the progress of a job, from its beginning to its end', async () => {
      let finish: () => void = () => {};
      const finished = new Promise<void>((resolve) => (finish = resolve));
      take = async (request, { report }) => {
        report({ done: 1, total: 2 });
        await finished;
        report({ done: 2, total: 2 });
        return outcomeOf(request);
      };
      const request = aSnapshotRequest();
      const jobId = await queue.request(request);
      const common = { kind: 'snapshot', jobId, workspace: request.workspace, failedReason: undefined };
      const underWay = await eventually(async () => {
        const job = await queue.readJob(jobId);
        return job?.progress.done === 1 && job;
      }, 'the job to be half-way');
      expect(underWay).toEqual({
        ...common,
        state: 'active',
        progress: { done: 1, total: 2 },
        result: undefined,
      });
      finish();
      await queue.waitFor(jobId, 10_000);
      expect(await queue.readJob(jobId)).toEqual({
        ...common,
        state: 'completed',
        progress: { done: 2, total: 2 },
        result: outcomeOf(request),
      });
    });

    it('reports how a job failed', async () => {
      take = () => Promise.reject(new SnapshotFailed('x', 'the disk is full'));
      const jobId = await queue.request(aSnapshotRequest());
      await queue.waitFor(jobId, 10_000);
      expect(await queue.readJob(jobId)).toMatchObject({
        state: 'failed',
        result: undefined,
        failedReason: expect.stringContaining('the disk is full'),
      });
    });

    it('knows nothing of a job that was never there', async () => {
      expect(await queue.readJob(aSnapshotRequest().snapshotId)).toBeUndefined();
      expect(await queue.withdraw(aSnapshotRequest().snapshotId)).toBe(false);
    });

    it('cannot take back a job that has begun', async () => {
      const finish = holdJobs();
      const jobId = await queue.request(aSnapshotRequest());
      await eventually(() => taken.length > 0, 'the job to begin');
      expect(await queue.withdraw(jobId)).toBe(false);
      finish();
      expect(await queue.waitFor(jobId, 10_000)).toMatchObject({ outcome: 'taken' });
      expect(await queue.withdraw(jobId)).toBe(false);
    });
  });
}

import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { Queue } from 'bullmq';

const interval = 2_000;

describe('two workers with one schedule', () => {
  let stack: TestStack;
  let api: ServiceProcess;
  let queue: Queue;
  const workers: ServiceProcess[] = [];
  beforeAll(async () => {
    stack = await TestStack.create({ SNAPSHOT_INTERVAL: `${interval}ms` });
    api = await stack.start('state-api');
    const connection = { url: stack.settings['REDIS_URL'] as string };
    queue = new Queue('snapshots', { prefix: stack.settings['QUEUE_PREFIX'] as string, connection });
  });
  afterAll(async () => {
    await queue?.close();
    await stack?.close();
  });

  const users = Array.from({ length: 50 }, (_, n) => `user-${n}`);
  const clientOf = (user: string): ApiClient => stack.client(api, user);
  /** How many snapshots each user has that nobody asked for and no change called for. */
  const counts = () =>
    Promise.all(
      users.map(async (user) => {
        const { body } = await clientOf(user).get('/api/snapshots/ws?limit=1000');
        return body.snapshots.filter(({ type }: { type: string }) => type === 'auto').length as number;
      }),
    );
  /** Waits until so many more scans were made from beginning to end. */
  const scans = async (more: number) => {
    const done = async () =>
      (await queue.getJobs(['completed'])).filter(({ name }) => name === 'scan').length;
    const before = await done();
    await eventually(async () => (await done()) >= before + more, `${more} more scans`);
  };
  const caughtUp = (expected: number[]) =>
    eventually(async () => {
      const counted = await counts();
      return counted.join() === expected.join();
    }, `snapshots: ${expected.join()}`);

  it('take one snapshot of each workspace that changed, and none of those that did not', async () => {
    for (const user of users) {
      await clientOf(user).post('/api/state/ws/a', { initialState: { n: 1 } });
      await clientOf(user).post('/api/state/ws/b', { initialState: { n: 1 } });
    }
    workers.push(...(await Promise.all([stack.start('snapshot-worker'), stack.start('snapshot-worker')])));
    await caughtUp(users.map(() => 1));
    const [snapshot] = (await clientOf('user-7').get('/api/snapshots/ws')).body.snapshots;
    expect(snapshot).toMatchObject({ type: 'auto', createdBy: 'system', description: null, panelCount: 2 });
    await scans(2);
    expect(await counts()).toEqual(users.map(() => 1));

    // Of every fifth workspace one panel changes, of every seventh the last panels are deleted.
    const changed = users.map((_, n) => n % 5 === 0 || n % 7 === 0);
    for (const [n, user] of users.entries()) {
      if (n % 5 === 0) await clientOf(user).put('/api/state/ws/a', { state: { n: 2 }, version: 1 });
      if (n % 7 === 0) {
        const operations = ['a', 'b'].map((panelId) => ({ op: 'delete', panelId }));
        await clientOf(user).post('/api/state/ws/transaction', { operations });
      }
    }
    await eventually(async () => {
      const counted = await counts();
      return counted.every((count, n) => count >= (changed[n] ? 2 : 1));
    }, 'the changed workspaces to have another snapshot');
    await scans(2);
    const counted = await counts();
    // Those with two changes may have been met between them.
    counted.forEach((count, n) => {
      if (n % 35 !== 0) expect(count).toBe(changed[n] ? 2 : 1);
    });
  });

  it('have made one schedule', async () => {
    expect((await queue.getJobSchedulers()).map(({ key, every }) => [key, every])).toEqual([
      ['scan', interval],
    ]);
    // Either the next scan waits for its time, or it is being done and the one after it waits.
    const next = (await queue.getJobs(['delayed'])).filter(({ name }) => name === 'scan');
    expect(next.length).toBeLessThanOrEqual(1);
  });

  it('go on when one of them is killed', async () => {
    await workers[0]?.stop('SIGKILL');
    await clientOf('user-1').put('/api/state/ws/a', { state: { n: 3 }, version: 1 });
    await eventually(async () => (await counts())[1] === 2, 'the snapshot of the other worker');
  });

  it('end the schedule with a worker whose settings turn it off', async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await stack.start('snapshot-worker', { SNAPSHOT_INTERVAL: 'off' });
    await eventually(async () => (await queue.getJobSchedulers()).length === 0, 'the schedule to end');
  });
});

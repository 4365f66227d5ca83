import { Semaphore } from './semaphore';

const soon = () => new Promise((resolve) => setImmediate(resolve));

it('runs as many at once as there are permits, and the others in the order of the calls', async () => {
  const semaphore = new Semaphore(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((n) =>
    semaphore.run(() => {
      begun.push(n);
      return new Promise<void>((resolve) => (ends[n] = resolve));
    }),
  );
  await soon();
  expect([begun, semaphore.waiting]).toEqual([[0, 1], 2]);
  ends[1]?.();
  await soon();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await soon();
  for (const n of [2, 3]) ends[n]?.();
  await Promise.all(all);
  expect([begun, semaphore.waiting]).toEqual([[0, 1, 2, 3], 0]);
});

it('releases the permit of work that failed', async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await semaphore.run(async () => 1)).toBe(1);
});

it('lets an aborted waiter leave the queue, and releases a permit once', async () => {
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire();
  const impatient = new AbortController();
  const waiting = semaphore.acquire(impatient.signal);
  const patient = semaphore.acquire(new AbortController().signal);
  impatient.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(semaphore.acquire(impatient.signal)).rejects.toThrow('gone');
  expect(semaphore.waiting).toBe(1);
  release();
  release();
  const last = await patient;
  expect(semaphore.waiting).toBe(0);
  last();
  expect(await semaphore.run(async () => 'free')).toBe('free');
});

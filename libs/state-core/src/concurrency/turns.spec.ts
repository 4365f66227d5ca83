import { Turns } from './turns';

const soon = () => new Promise((resolve) => setImmediate(resolve));

it('lets only so many at once, and the others in the order they came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((n) =>
    turns.take(() => {
      begun.push(n);
      return new Promise<void>((resolve) => (ends[n] = resolve));
    }),
  );
  await soon();
  expect([begun, turns.waiting]).toEqual([[0, 1], 2]);
  ends[1]?.();
  await soon();
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await soon();
  for (const n of [2, 3]) ends[n]?.();
  await Promise.all(all);
  expect([begun, turns.waiting]).toEqual([[0, 1, 2, 3], 0]);
});

it('goes on after work that failed', async () => {
  const turns = new Turns(1);
  await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.take(async () => 1)).toBe(1);
});

it('lets go who no longer wants to wait, and ends a turn once', async () => {
  const turns = new Turns(1);
  const leave = await turns.enter();
  const impatient = new AbortController();
  const waiting = turns.enter(impatient.signal);
  const patient = turns.enter(new AbortController().signal);
  impatient.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  await expect(turns.enter(impatient.signal)).rejects.toThrow('gone');
  expect(turns.waiting).toBe(1);
  leave();
  leave();
  const last = await patient;
  expect(turns.waiting).toBe(0);
  last();
  expect(await turns.take(async () => 'free')).toBe('free');
});

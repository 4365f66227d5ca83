import { Coalescer } from './coalescer';

let runs: (() => void)[];
let idle: number;
let coalescer: Coalescer;

beforeEach(() => {
  jest.useFakeTimers();
  [runs, idle] = [[], 0];
  coalescer = new Coalescer(
    50,
    () => new Promise((resolve) => runs.push(resolve)),
    () => void idle++,
  );
});
afterEach(() => jest.useRealTimers());

it('runs the first request at once, and those that come before it has begun with it', async () => {
  coalescer.request();
  coalescer.request();
  expect(coalescer.isIdle).toBe(false);
  await jest.advanceTimersByTimeAsync(0);
  expect([runs.length, idle]).toEqual([1, 0]);
  runs[0]?.();
  await jest.advanceTimersByTimeAsync(1_000);
  expect([runs.length, idle, coalescer.isIdle]).toEqual([1, 1, true]);
});

it('begins a run a pause after the beginning of the last one, however often it is requested', async () => {
  for (let ms = 0; ms < 190; ms++) {
    coalescer.request();
    await jest.advanceTimersByTimeAsync(1);
    runs.at(-1)?.();
  }
  expect(runs).toHaveLength(4);
});

it('never runs twice at once, and ignores what is requested during a run', async () => {
  coalescer.request();
  await jest.advanceTimersByTimeAsync(500);
  coalescer.request();
  await jest.advanceTimersByTimeAsync(500);
  expect(runs).toHaveLength(1);
  runs[0]?.();
  await jest.advanceTimersByTimeAsync(500);
  expect([runs.length, coalescer.isIdle]).toEqual([1, true]);
});

it('begins nothing once it is stopped, and is idle', async () => {
  coalescer.request();
  coalescer.stop();
  coalescer.request();
  await jest.advanceTimersByTimeAsync(500);
  expect([runs.length, coalescer.isIdle, jest.getTimerCount()]).toEqual([0, true, 0]);
});

it('does not report idle after a run during which it was stopped', async () => {
  coalescer.request();
  await jest.advanceTimersByTimeAsync(0);
  coalescer.stop();
  runs[0]?.();
  await jest.advanceTimersByTimeAsync(500);
  expect([runs.length, idle]).toEqual([1, 0]);
});

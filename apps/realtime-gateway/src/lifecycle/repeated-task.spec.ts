import { RepeatedTask } from './repeated-task';

let runs: (() => void)[];
let task: RepeatedTask;

beforeEach(() => {
  jest.useFakeTimers();
  runs = [];
  task = new RepeatedTask(() => new Promise((resolve) => runs.push(resolve)), 100);
});
afterEach(() => jest.useRealTimers());

it('runs again a pause after each run, and never twice at once', async () => {
  void task.start();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(runs).toHaveLength(1);
  runs[0]?.();
  await jest.advanceTimersByTimeAsync(99);
  expect(runs).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(runs).toHaveLength(2);
});

it('may begin with the pause', async () => {
  task.startLater();
  await jest.advanceTimersByTimeAsync(99);
  expect(runs).toHaveLength(0);
  await jest.advanceTimersByTimeAsync(1);
  expect(runs).toHaveLength(1);
});

it('is stopped for good, also in the midst of a run', async () => {
  void task.start();
  await jest.advanceTimersByTimeAsync(0);
  task.stop();
  runs[0]?.();
  await task.start();
  task.startLater();
  await jest.advanceTimersByTimeAsync(1_000);
  expect([runs.length, jest.getTimerCount()]).toEqual([1, 0]);
});

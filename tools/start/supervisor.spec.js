// @ts-check
const { supervise } = require('./supervisor');

/** Something that runs until told how it ended. */
function makeRunning() {
  /** @type {(exit: import('@nexus-state/processes').Exit) => void} */
  let end = () => {};
  const exited = new Promise((resolve) => (end = resolve));
  const stop = jest.fn(async () => end({ code: 0, signal: null }));
  return { exited, stop, end };
}

describe('supervision', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('starts again what ends, after pauses that double up to a limit', async () => {
    /** @type {number[]} */
    const pauses = [];
    const supervised = supervise({
      start: async () => {
        const running = makeRunning();
        running.end({ code: 1, signal: null });
        return running;
      },
      onEnd: ({ pauseMs }) => void pauses.push(pauseMs),
    });
    await jest.advanceTimersByTimeAsync(120_000);
    expect(pauses.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    await supervised.stop();
  });

  it('says how it ended, and that it runs again', async () => {
    const runs = [makeRunning(), makeRunning()];
    const started = [...runs];
    const onEnd = jest.fn();
    const onStart = jest.fn();
    const supervised = supervise({ start: async () => /** @type {any} */ (runs.shift()), onEnd, onStart });
    await jest.advanceTimersByTimeAsync(0);
    started[0]?.end({ code: null, signal: 'SIGKILL' });
    await jest.advanceTimersByTimeAsync(500);
    expect(onEnd.mock.calls).toEqual([[{ why: 'signal SIGKILL', failures: 1, pauseMs: 500 }]]);
    expect(onStart.mock.calls).toEqual([[false], [true]]);
    await supervised.stop();
  });

  it('forgets earlier failures of what then ran for long', async () => {
    const runs = [makeRunning(), makeRunning(), makeRunning()];
    const started = [...runs];
    const failures = jest.fn();
    const supervised = supervise({
      start: async () => /** @type {any} */ (runs.shift()),
      onEnd: (ended) => failures(ended.failures),
    });
    await jest.advanceTimersByTimeAsync(0);
    started[0]?.end({ code: 1, signal: null });
    await jest.advanceTimersByTimeAsync(31_000);
    started[1]?.end({ code: 1, signal: null });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(failures.mock.calls).toEqual([[1], [1]]);
    await supervised.stop();
  });

  it('stops for good, between two runs as well, and twice is harmless', async () => {
    const start = jest.fn(async () => {
      throw new Error('no such program');
    });
    const supervised = supervise({ start, onEnd: () => {} });
    await jest.advanceTimersByTimeAsync(100);
    await Promise.all([supervised.stop(), supervised.stop()]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('stops what was still starting', async () => {
    const running = makeRunning();
    /** @type {(value: any) => void} */
    let begin = () => {};
    const supervised = supervise({
      start: () => new Promise((resolve) => (begin = resolve)),
      onEnd: () => {},
    });
    const stopping = supervised.stop();
    begin(running);
    await stopping;
    expect(running.stop).toHaveBeenCalled();
  });
});

import type { StateError } from '@nexus-state/documents';
import { Backlog, BacklogWatch } from './backlog';

const limits = { queueBytes: 1000, maxBytes: 4000, stallMs: 500 };

let waiting: number;
let taken: number;
let outcome: (string | StateError)[];
let backlog: Backlog;

beforeEach(() => {
  jest.useFakeTimers();
  [waiting, taken, outcome] = [0, 0, []];
  const owner = {
    onDrain: () => void outcome.push('drained'),
    onOverLimit: (reason: StateError) => void outcome.push(reason.code),
  };
  const outflow = { waiting: () => waiting, taken: () => taken };
  backlog = new Backlog(outflow, owner, limits, new BacklogWatch(10));
});
afterEach(() => jest.useRealTimers());

describe('Backlog', () => {
  it('is writable up to its bound, and then not before half of it is taken', () => {
    waiting = 1000;
    expect(backlog.isWritable()).toBe(true);
    waiting = 1001;
    expect(backlog.isWritable()).toBe(false);
    waiting = 600;
    jest.advanceTimersByTime(50);
    expect([backlog.isWritable(), outcome]).toEqual([false, []]);
    waiting = 500;
    jest.advanceTimersByTime(50);
    expect([backlog.isWritable(), outcome]).toEqual([true, ['drained']]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is given up when the client takes nothing for long enough', () => {
    waiting = 2000;
    backlog.isWritable();
    jest.advanceTimersByTime(490);
    expect(outcome).toEqual([]);
    jest.advanceTimersByTime(50);
    expect(outcome).toEqual(['slow_consumer']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has patience with a client that takes a little, however little', () => {
    waiting = 2000;
    backlog.isWritable();
    for (let n = 0; n < 20; n++) {
      taken++;
      jest.advanceTimersByTime(400);
    }
    expect(outcome).toEqual([]);
    jest.advanceTimersByTime(600);
    expect(outcome).toEqual(['slow_consumer']);
  });

  it('is given up at once past the second bound', () => {
    waiting = 4001;
    expect(backlog.isOverLimit).toBe(true);
    backlog.isWritable();
    jest.advanceTimersByTime(10);
    expect(outcome).toEqual(['slow_consumer']);
  });

  it('is not looked after any longer once it is closed', () => {
    waiting = 2000;
    backlog.isWritable();
    backlog.close();
    expect(jest.getTimerCount()).toBe(0);
  });
});

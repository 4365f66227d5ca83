import { Unavailable } from '../errors';
import { ChangeCounter } from './change-counter';
import type { SnapshotQueue } from './ports';

const workspace = { owner: 'ann', workspaceId: 'ws' };

/** A counter whose store has as many uncovered changes as it was told of since the newest snapshot that was asked for. */
function aCounter(afterChanges: number) {
  const asked: number[] = [];
  const failures: unknown[] = [];
  const store = { uncovered: 0, isAway: false };
  const counter = new ChangeCounter(
    {
      coverage: {
        uncovered: async () => {
          if (store.isAway) throw new Unavailable('The store');
          return { count: store.uncovered, allByAi: false, allDeletions: false, quietMs: 0 };
        },
      },
      queue: {
        request: async () => {
          asked.push(store.uncovered);
          store.uncovered = 0;
          return 'job';
        },
      } as Pick<SnapshotQueue, 'request'> as SnapshotQueue,
      observer: { triggerFailed: (...failure) => void failures.push(failure) },
    },
    afterChanges,
  );
  const change = (times: number) => {
    store.uncovered += times;
    counter.changed(workspace, times);
  };
  return { asked, failures, store, change };
}

describe('the count of changes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('asks for a snapshot of a workspace that is written all the time every ten seconds', async () => {
    const { asked, change } = aCounter(100);
    for (let ms = 0; ms < 60_000; ms += 100) {
      change(50);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(asked).toHaveLength(6);
  });

  it('asks for what was changed meanwhile once the pause is over, also where nothing follows', async () => {
    const { asked, change } = aCounter(100);
    change(100);
    await jest.advanceTimersByTimeAsync(0);
    change(300);
    await jest.advanceTimersByTimeAsync(9_900);
    expect(asked).toEqual([100]);
    await jest.advanceTimersByTimeAsync(200);
    expect(asked).toEqual([100, 300]);
  });

  it('looks again a second later where there were too few', async () => {
    const { asked, change } = aCounter(100);
    change(60);
    await jest.advanceTimersByTimeAsync(0);
    change(60);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([120]);
  });

  it('looks again half a minute after the store was away', async () => {
    const { asked, failures, store, change } = aCounter(100);
    store.isAway = true;
    change(100);
    await jest.advanceTimersByTimeAsync(0);
    expect(failures).toEqual([[workspace, 'many-changes', expect.any(Unavailable)]]);
    store.isAway = false;
    change(100);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(asked).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked).toEqual([200]);
  });
});

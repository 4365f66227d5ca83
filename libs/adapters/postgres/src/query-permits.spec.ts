import { TooManyQueries } from '@nexus-state/state-core';
import { eventually } from '@nexus-state/state-core/testing';
import { QueryPermits } from './query-permits';

/** Queries that run until they are ended. */
function slowQueries() {
  const ends: (() => void)[] = [];
  const run = () => new Promise<void>((resolve) => ends.push(resolve));
  return { run, running: () => ends.length, end: () => ends.splice(0).forEach((end) => end()) };
}

/** Ends queries as they come to run, until all are over. */
async function ended(queries: readonly Promise<void>[], slow: ReturnType<typeof slowQueries>) {
  let isOver = false;
  const settled = Promise.allSettled(queries).finally(() => (isOver = true));
  await eventually(() => {
    slow.end();
    return isOver;
  }, 'the queries to be over');
  return settled;
}

describe('the permits of queries', () => {
  it('let one owner run half of them, and leave the others to other owners', async () => {
    const permits = new QueryPermits(4);
    const [mine, yours] = [slowQueries(), slowQueries()];
    const flood = Array.from({ length: 10 }, () => permits.take('mine', mine.run));
    const others = [permits.take('yours', yours.run), permits.take('yours', yours.run)];
    await eventually(() => yours.running() === 2, 'the queries of the other owner to run');
    expect(mine.running()).toBe(2);
    yours.end();
    await Promise.all(others);
    await ended(flood, mine);
  });

  it('refuse an owner of whom too many wait, and no other owner', async () => {
    const permits = new QueryPermits(1);
    const slow = slowQueries();
    const flood = Array.from({ length: 18 }, () => permits.take('mine', slow.run));
    await expect(flood[17]).rejects.toThrow(TooManyQueries);
    const other = permits.take('yours', async () => 'found');
    const settled = await ended(flood, slow);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await other).toBe('found');
  });

  it('refuse a query that gets no permit in time, and go on without it', async () => {
    const permits = new QueryPermits(1, 20);
    const slow = slowQueries();
    const first = permits.take('mine', slow.run);
    await expect(permits.take('mine', slow.run)).rejects.toThrow(TooManyQueries);
    await expect(permits.take('yours', slow.run)).rejects.toThrow(TooManyQueries);
    slow.end();
    await first;
    expect(await permits.take('yours', async () => 'found')).toBe('found');
  });

  it('throw what a query throws, and go on', async () => {
    const permits = new QueryPermits(1);
    await expect(permits.take('mine', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await permits.take('mine', async () => 'found')).toBe('found');
  });
});

import { PatchFailed } from '@nexus-state/documents';
import { Unavailable } from '../../errors';
import { type Decide, count, countAt, key, open } from '../../testing/counting-store';
import type { Written } from './change-draft';

describe('refusals of GroupCommit', () => {
  it('reach the writer they are meant for and no other', async () => {
    const { commit } = open();
    const refuse: Decide = () => {
      throw new PatchFailed(0, '/x', 'there is no value.');
    };
    const outcomes = await Promise.allSettled([
      commit.write(key('p'), count),
      commit.write(key('p'), refuse),
      commit.write(key('p'), count),
      commit.write(key('q'), refuse),
      commit.write(key('q'), count),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('are judged on the store, not on a wrong hint', async () => {
    const { store, commit } = open({ cached: () => ({ version: 1, state: {}, deleted: false }) });
    store.put(key('p'), 7, { n: 7 });
    expect((await commit.write(key('p'), countAt(7))).change.version).toBe(8);
    await expect(commit.write(key('p'), countAt(1))).rejects.toThrow('but at 8');
  });

  it('are not judged on changes that failed', async () => {
    const { store, commit } = open();
    store.put(key('p'), 1, {});
    store.beforeAppend = () => {
      store.beforeAppend = () => undefined;
      throw new Unavailable('The store');
    };
    // The second would be refused on the first's result, which never comes to be.
    const [first, second] = await Promise.allSettled([
      commit.write(key('p'), countAt(1)),
      commit.write(key('p'), countAt(1)),
    ]);
    expect(first.status).toBe('rejected');
    expect(second.status).toBe('fulfilled');
  });

  it('are not judged on what another process has changed before the writer came', async () => {
    const { store, faults, commit } = open({ batchesInFlight: 1 });
    store.put(key('p'), 1, {});
    let late: Promise<Written> | undefined;
    faults.onNext('append', async (append) => {
      const outcomes = await append();
      // Version 2 is stored, its answer under way: another process makes version 3, whose reader writes here.
      store.put(key('p'), 3, { n: 50 });
      late = commit.write(key('p'), countAt(3));
      return outcomes;
    });
    await commit.write(key('p'), countAt(1));
    expect((await late)?.change.patch).toEqual([{ op: 'add', path: '/n', value: 51 }]);
  });

  it('block no other write: each round settles at least one', async () => {
    const { store, commit } = open();
    store.put(key('p'), 1, {});
    const writes = Array.from({ length: 50 }, () => commit.write(key('p'), countAt(1)));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(store.reads).toBeLessThan(4);
  });
});

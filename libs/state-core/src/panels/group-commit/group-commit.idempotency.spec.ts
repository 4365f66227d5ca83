import { type Change, panelKeyText } from '../model';
import { count, countAt, key, open } from '../../testing/counting-store';

describe('idempotency keys of GroupCommit', () => {
  it('let one of many simultaneous requests make the change, and answer the others with it', async () => {
    const { store, commit } = open();
    const writes = Array.from({ length: 20 }, () => commit.write(key('p'), count, 'once'));
    const written = await Promise.all(writes);

    expect(store.panels.get(panelKeyText(key('p')))?.version).toBe(1);
    expect(written.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(written.map(({ change }) => change.version))).toEqual(new Set([1]));
  });

  it('answer with the change that another process made, also when it is made in between', async () => {
    const { store, commit } = open();
    store.put(key('p'), 1, { n: 1 });
    const theirs = { version: 2 } as Change;
    store.beforeAppend = () => {
      store.put(key('p'), 2, { n: 2 });
      store.keyed.set(`${panelKeyText(key('p'))} once`, theirs);
    };
    expect(await commit.write(key('p'), count, 'once')).toEqual({ change: theirs, replayed: true });
    expect(await commit.write(key('p'), countAt(7), 'once')).toEqual({ change: theirs, replayed: true });
    expect(store.panels.get(panelKeyText(key('p')))?.version).toBe(2);
  });

  it('of different requests keep nobody from writing', async () => {
    const { commit } = open();
    const writes = Array.from({ length: 200 }, (_, n) =>
      commit.write(key('p'), count, n % 3 ? `key-${n}` : undefined),
    );
    const versions = (await Promise.all(writes)).map(({ change }) => change.version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });
});

import { IdempotencyKeyReused } from '../../errors';
import { type Change, type IdempotentRequest, panelKeyText } from '../model';
import { count, countAt, key, open } from '../../testing/counting-store';

const request = (name: string, fingerprint = name): IdempotentRequest => ({
  actor: 'someone',
  key: name,
  fingerprint,
});

describe('idempotency keys of GroupCommit', () => {
  it('let one of many simultaneous requests make the change, and answer the others with it', async () => {
    const { store, commit } = open();
    const writes = Array.from({ length: 20 }, () => commit.write(key('p'), count, request('once')));
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
      store.kept.set('once', { fingerprint: 'once', answer: { facts: { said: 1 } }, changes: [theirs] });
    };
    const earlier = { change: theirs, facts: { said: 1 }, replayed: true };
    expect(await commit.write(key('p'), count, request('once'))).toEqual(earlier);
    expect(await commit.write(key('p'), countAt(7), request('once'))).toEqual(earlier);
    expect(store.panels.get(panelKeyText(key('p')))?.version).toBe(2);
  });

  it('refuse another request under the same key, waiting, written and stored', async () => {
    const { store, commit } = open();
    const written = await Promise.allSettled([
      commit.write(key('p'), count, request('once')),
      commit.write(key('p'), count, request('once', 'other')),
      commit.write(key('q'), count, request('once', 'elsewhere')),
    ]);
    const refused = written.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toEqual([new IdempotencyKeyReused(), new IdempotencyKeyReused()]);
    await expect(commit.write(key('p'), count, request('once', 'third'))).rejects.toBeInstanceOf(
      IdempotencyKeyReused,
    );
    expect([...store.panels.values()].map(({ version }) => version)).toEqual([1]);
  });

  it('are decided again where another request takes the key while the change is written', async () => {
    const { store, commit } = open();
    const theirs = { version: 4 } as Change;
    store.beforeAppend = () =>
      void store.kept.set('once', { fingerprint: 'theirs', answer: {}, changes: [theirs] });
    const written = await Promise.allSettled([
      commit.write(key('p'), count, request('once')),
      commit.write(key('p'), count),
    ]);
    expect(written).toMatchObject([
      { status: 'rejected', reason: new IdempotencyKeyReused() },
      { status: 'fulfilled', value: { change: { version: 1 } } },
    ]);
  });

  it('are looked up under the lock of a panel that is written everywhere', async () => {
    const { store, commit } = open({ lossesBeforeExclusive: 1 });
    let n = 1;
    store.put(key('p'), n, { n });
    store.beforeAppend = () => store.put(key('p'), ++n, { n });
    const written = commit.write(key('p'), count, request('once'));
    expect((await written).change.version).toBe(n + 1);
    expect(store.exclusives).toBe(1);
    expect(await commit.write(key('p'), count, request('once'))).toMatchObject({ replayed: true });
  });

  it('of different requests block no writer', async () => {
    const { commit } = open();
    const writes = Array.from({ length: 200 }, (_, n) =>
      commit.write(key('p'), count, n % 3 ? request(`key-${n}`) : undefined),
    );
    const versions = (await Promise.all(writes)).map(({ change }) => change.version);
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
  });
});

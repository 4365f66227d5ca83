import { TooMuchContention, Unavailable } from '../../errors';
import { defaultLimits, panelKeyText, stateContent } from '../model';
import { TestCommit, type Decide, breath, count, key, open } from '../../testing/counting-store';
import type { CurrentPanel, Written } from './change-draft';

const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };

describe('GroupCommit', () => {
  it('gives 64 writers of one panel a version each, in few appends', async () => {
    const { store, commit } = open();
    const all = await Promise.all(Array.from({ length: 64 }, () => commit.write(key('p'), count)));
    expect(all.map(({ change }) => change.version)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    );
    expect(all.map(({ change }) => change.patch[0])).toEqual(
      all.map(({ change: { version } }) => ({ op: 'add', path: '/n', value: version })),
    );
    expect(store.appends).toHaveLength(1);
    expect(store.reads).toBe(1);
  });

  it('carries many panels in one append, at most so many at once', async () => {
    const { store, commit } = open({ panelsPerBatch: 10, batchesInFlight: 2 });
    await Promise.all(Array.from({ length: 100 }, (_, number) => commit.write(key(`p${number}`), count)));
    expect(store.panels.size).toBe(100);
    expect(Math.max(...store.appends.map((batch) => batch.length))).toBe(10);
    expect(store.maxInFlight).toBe(2);
  });

  it('carries together what came in one turn of the event loop', async () => {
    const { store, commit } = open();
    await Promise.all(Array.from({ length: 20 }, (_, number) => commit.write(key(`p${number}`), count)));
    expect(store.appends.map((batch) => batch.length)).toEqual([20]);
  });

  it('appends a long chain in parts, and lets other panels go between them', async () => {
    const { store, commit } = open({ changesPerPanel: 10, batchesInFlight: 1, panelsPerBatch: 1 });
    const busy = Array.from({ length: 95 }, () => commit.write(key('busy'), count));
    await commit.write(key('quiet'), count);
    expect(store.panels.get(panelKeyText(key('busy')))?.version).toBeLessThan(40);
    const last = (await Promise.all(busy)).at(-1);
    expect(last?.change.version).toBe(95);
    expect(Math.max(...store.appends.flat().map(({ changes }) => changes.length))).toBe(10);
  });

  it('ends a chain of large states early, and lets other panels go between', async () => {
    const { store, commit } = open({ batchesInFlight: 1, panelsPerBatch: 1 });
    const text = 'x'.repeat(300_000);
    const large: Decide = (current) => {
      const content = stateContent({ text, n: (current?.version ?? 0) + 1 }, defaultLimits);
      return { ...origin, changeType: current ? 'updated' : 'created', content, patch: [] };
    };
    const all = await Promise.all(Array.from({ length: 20 }, () => commit.write(key('large'), large)));
    expect(all.map(({ change }) => change.version)).toEqual(all.map((_, index) => index + 1));
    expect(Math.max(...store.appends.flat().map(({ changes }) => changes.length))).toBe(4);
  });

  it('never has two appends of one panel under way', async () => {
    const { store, commit } = open({ batchesInFlight: 4 });
    const underWay = new Set<string>();
    store.beforeAppend = async (batch) => {
      const texts = batch.map((entry) => panelKeyText(entry.key));
      for (const text of texts) expect(underWay.has(text)).toBe(false);
      texts.forEach((text) => underWay.add(text));
      await breath();
      texts.forEach((text) => underWay.delete(text));
    };
    const writes: Promise<Written>[] = [];
    for (let round = 0; round < 40; round++) {
      for (const name of ['a', 'b', 'c']) writes.push(commit.write(key(name), count));
      await breath();
    }
    await Promise.all(writes);
    expect(store.panels.get(panelKeyText(key('a')))?.version).toBe(40);
  });

  it('starts over when another process was faster', async () => {
    const { store, commit } = open({ lossesBeforeExclusive: Infinity });
    store.put(key('p'), 1, { n: 1 });
    let interferences = 3;
    store.beforeAppend = () => {
      const now = store.panels.get(panelKeyText(key('p'))) as CurrentPanel;
      if (interferences-- > 0) store.put(key('p'), now.version + 1, { n: (now.state['n'] as number) + 100 });
    };
    const [first, second] = await Promise.all([commit.write(key('p'), count), commit.write(key('p'), count)]);
    expect([first?.change.version, second?.change.version]).toEqual([5, 6]);
    expect(second?.change.patch).toEqual([{ op: 'add', path: '/n', value: 303 }]);
  });

  it('gives up after so many attempts, and serves the next writer', async () => {
    const { store, commit } = open({ attempts: 3, lossesBeforeExclusive: Infinity });
    let stubborn = true;
    store.beforeAppend = () => {
      const version = store.panels.get(panelKeyText(key('p')))?.version ?? 0;
      if (stubborn) store.put(key('p'), version + 1, { n: 0 });
    };
    await expect(commit.write(key('p'), count)).rejects.toBeInstanceOf(TooMuchContention);
    expect(store.appends).toHaveLength(3);
    stubborn = false;
    expect((await commit.write(key('p'), count)).change.version).toBe(4);
  });

  it('rejects everybody in the batch when the store is away, then works again', async () => {
    const { store, commit } = open();
    store.beforeAppend = () => {
      throw new Unavailable('The store');
    };
    const outcomes = await Promise.allSettled(['a', 'b', 'a'].map((name) => commit.write(key(name), count)));
    expect(outcomes.every((one) => one.status === 'rejected' && one.reason instanceof Unavailable)).toBe(
      true,
    );
    expect(store.appends.length).toBeLessThan(3);
    store.beforeAppend = () => undefined;
    expect((await commit.write(key('a'), count)).change.version).toBe(1);
  });

  it('rejects those who wait when the panel cannot be read', async () => {
    const { faults, commit } = open();
    faults.failNext('read', new Unavailable('The store'));
    const outcomes = await Promise.allSettled([commit.write(key('p'), count), commit.write(key('p'), count)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await commit.write(key('p'), count)).change.version).toBe(1);
  });

  it('lets one entry that the store cannot take fail alone', async () => {
    const { store, commit } = open();
    store.beforeAppend = (batch) => {
      if (batch.some((entry) => entry.key.panelId === 'poison')) throw new TypeError('cannot encode');
    };
    const names = ['a', 'poison', 'b', 'c'];
    const outcomes = await Promise.allSettled(names.map((name) => commit.write(key(name), count)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(TypeError) as TypeError });
    expect([...store.panels.values()].map(({ version }) => version)).toEqual([1, 1, 1]);
  });

  it('lets a writer whose decision is a bug fail alone', async () => {
    const { commit } = open();
    const broken: Decide = () => {
      throw new TypeError('bug');
    };
    const outcomes = await Promise.allSettled(
      [count, broken, count].map((decide) => commit.write(key('p'), decide)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('rejects instead of leaving anyone waiting when the store answers too little', async () => {
    const { faults, commit } = open();
    faults.respondNext('append', []);
    await expect(commit.write(key('p'), count)).rejects.toThrow('owes an outcome');
    expect((await commit.write(key('p'), count)).change.version).toBe(1);
  });

  it('announces changes in the order of their versions, before their callers know', async () => {
    const { commit, announced } = open({ changesPerPanel: 3 });
    const writes = Array.from({ length: 20 }, async () => {
      const { change } = await commit.write(key('p'), count);
      expect(announced.map((accepted) => accepted.change.version)).toContain(change.version);
    });
    await Promise.all(writes);
    expect(announced.map(({ change }) => change.version)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bug'))],
  ])('resolves durable changes even where the announcement %s', async (_, announce) => {
    const { ports } = open();
    const commit = new TestCommit({ ...ports, announcing: () => announce });
    expect((await commit.write(key('p'), count)).change.version).toBe(1);
    expect((await commit.write(key('p'), count)).change.version).toBe(2);
  });

  it('settles each of thousands of writers exactly once under interference, and loses no accepted change', async () => {
    const { store, commit, announced } = open({ panelsPerBatch: 3, changesPerPanel: 7, attempts: 1000 });
    let random = 42;
    const chance = (outOf: number): boolean =>
      (random = (random * 1103515245 + 12345) % 2 ** 31) % outOf === 0;
    const foreign = new Map<string, number>();
    store.beforeAppend = (batch) => {
      for (const entry of batch) {
        const text = panelKeyText(entry.key);
        const now = store.panels.get(text);
        if (now && chance(4)) {
          store.put(entry.key, now.version + 1, { n: (now.state['n'] as number) + 1 });
          foreign.set(text, (foreign.get(text) ?? 0) + 1);
        }
      }
      if (chance(20)) throw new Unavailable('The store');
    };
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const accepted = new Map<string, number>();
    const writes: Promise<void>[] = [];
    for (let number = 0; number < 3000; number++) {
      const name = names[number % names.length] as string;
      const text = panelKeyText(key(name));
      writes.push(
        commit.write(key(name), count).then(
          () => void accepted.set(text, (accepted.get(text) ?? 0) + 1),
          (error: unknown) => expect(error).toBeInstanceOf(Unavailable),
        ),
      );
      if (chance(5)) await breath();
    }
    await Promise.all(writes);
    for (const name of names) {
      const text = panelKeyText(key(name));
      const total = (accepted.get(text) ?? 0) + (foreign.get(text) ?? 0);
      expect(store.panels.get(text)).toMatchObject({ version: total, state: { n: total } });
      const versions = announced
        .filter(({ change }) => change.key.panelId === name)
        .map(({ change }) => change.version);
      expect(versions).toEqual([...new Set(versions)].sort((left, right) => left - right));
      expect(versions).toHaveLength(accepted.get(text) ?? 0);
    }
  });

  it('shows those who decide the changes that the panel has just seen', async () => {
    const { store, commit } = open();
    store.put(key('p'), 4, { n: 4 });
    const seen: number[][] = [];
    const look: Decide = (current, recent) => {
      seen.push(recent.newest.map(({ version }) => version));
      return count(current, recent);
    };
    await Promise.all([
      commit.write(key('p'), look),
      commit.write(key('p'), look),
      commit.write(key('p'), look),
    ]);
    expect(seen).toEqual([[], [5], [5, 6]]);
  });

  it('takes an exclusive turn when another process is always faster', async () => {
    const { store, commit } = open();
    store.put(key('p'), 1, { n: 1 });
    store.beforeAppend = () => {
      const now = store.panels.get(panelKeyText(key('p'))) as CurrentPanel;
      store.put(key('p'), now.version + 1, { n: (now.state['n'] as number) + 1 });
    };
    const written = await Promise.all(Array.from({ length: 30 }, () => commit.write(key('p'), count)));
    expect(store.exclusives).toBe(1);
    expect(new Set(written.map(({ change }) => change.version)).size).toBe(30);
    expect(store.panels.get(panelKeyText(key('p')))).toMatchObject({ version: 33, state: { n: 33 } });
  });
});

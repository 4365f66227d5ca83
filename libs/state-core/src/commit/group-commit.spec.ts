import { PatchFailed, PanelNotFound, TooMuchContention, Unavailable } from '../errors';
import type { JsonObject } from '../json';
import {
  type Append,
  type AppendOutcome,
  type Change,
  type PanelKey,
  defaultLimits,
  panelKey,
  panelKeyText,
  stateContent,
} from '../panel';
import { GroupCommit, type GroupCommitLimits } from './group-commit';
import type { Accepted, Decide, RecentChanges, Tip, Written } from './proposal';

const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
const key = (name: string): PanelKey => panelKey('owner', 'ws', name);

const none: RecentChanges = { after: () => undefined };

/** Adds one to a counter; makes the panel where there is none. */
const count: Decide = (current) => {
  const n = ((current?.state['n'] as number | undefined) ?? 0) + 1;
  return {
    ...origin,
    changeType: current ? 'updated' : 'created',
    content: stateContent({ n }, defaultLimits),
    patch: [{ op: 'add', path: '/n', value: n }],
  };
};

/** A counter that must stand at a version. */
const countAt =
  (version: number): Decide =>
  (current) => {
    if (current?.version !== version) throw new PanelNotFound(`not at ${version} but at ${current?.version}`);
    return count(current, none);
  };

/** The store's rules in memory, with a breath before each answer, and counts of what it was asked. */
class CountingStore {
  readonly panels = new Map<string, Tip>();
  readonly keyed = new Map<string, Change>();
  readonly appends: (readonly Append[])[] = [];
  reads = 0;
  inFlight = 0;
  mostInFlight = 0;
  beforeAppend: (batch: readonly Append[]) => void | Promise<void> = () => undefined;

  async read(at: PanelKey): Promise<Tip | undefined> {
    this.reads++;
    await breath();
    return this.panels.get(panelKeyText(at));
  }

  async findByIdempotencyKey(at: PanelKey, idempotencyKey: string): Promise<Change | undefined> {
    await breath();
    return this.keyed.get(`${panelKeyText(at)} ${idempotencyKey}`);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    this.appends.push(batch);
    await breath();
    try {
      await this.beforeAppend(batch);
      return batch.map((entry) => this.#appendOne(entry));
    } finally {
      this.inFlight--;
    }
  }

  /** Another process writes. */
  put(at: PanelKey, version: number, state: JsonObject): void {
    this.panels.set(panelKeyText(at), { version, state, deleted: false });
  }

  #appendOne({ key: at, expectedVersion, changes, result }: Append): AppendOutcome {
    const version = this.panels.get(panelKeyText(at))?.version ?? 0;
    if (version !== expectedVersion) return { outcome: 'version-mismatch' };
    expect(changes.map((change) => change.version)).toEqual(changes.map((_, index) => version + 1 + index));
    this.panels.set(panelKeyText(at), result);
    return { outcome: 'appended', occurredAt: new Date().toISOString() };
  }
}

const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function open(options: Partial<GroupCommitLimits> & { hint?: (key: PanelKey) => Tip | undefined } = {}) {
  const { hint, ...limits } = options;
  const store = new CountingStore();
  const announced: Accepted[] = [];
  const ports = {
    store,
    hint: async (at: PanelKey) => {
      await breath();
      return hint?.(at);
    },
    announce: async (accepted: readonly Accepted[]) => {
      announced.push(...accepted);
      await breath();
    },
  };
  return { store, announced, ports, commit: new GroupCommit(ports, limits) };
}

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
    expect(store.mostInFlight).toBe(2);
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
    const { store, commit } = open();
    store.put(key('p'), 1, { n: 1 });
    let interferences = 3;
    store.beforeAppend = () => {
      const now = store.panels.get(panelKeyText(key('p'))) as Tip;
      if (interferences-- > 0) store.put(key('p'), now.version + 1, { n: (now.state['n'] as number) + 100 });
    };
    const [first, second] = await Promise.all([commit.write(key('p'), count), commit.write(key('p'), count)]);
    expect([first?.change.version, second?.change.version]).toEqual([5, 6]);
    expect(second?.change.patch).toEqual([{ op: 'add', path: '/n', value: 303 }]);
  });

  it('gives up after so many attempts, and serves the next writer', async () => {
    const { store, commit } = open({ attempts: 3 });
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

  describe('refusals', () => {
    it('reach the writer they are meant for and nobody else', async () => {
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
      const { store, commit } = open({ hint: () => ({ version: 1, state: {}, deleted: false }) });
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
      const { store, commit } = open({ batchesInFlight: 1 });
      store.put(key('p'), 1, {});
      let late: Promise<Written> | undefined;
      const append = store.append.bind(store);
      jest.spyOn(store, 'append').mockImplementationOnce(async (batch) => {
        const outcomes = await append(batch);
        // Version 2 is stored, its answer under way: another process makes version 3, whose reader writes here.
        store.put(key('p'), 3, { n: 50 });
        late = commit.write(key('p'), countAt(3));
        return outcomes;
      });
      await commit.write(key('p'), countAt(1));
      expect((await late)?.change.patch).toEqual([{ op: 'add', path: '/n', value: 51 }]);
    });

    it('hold up nobody: each round settles at least one', async () => {
      const { store, commit } = open();
      store.put(key('p'), 1, {});
      const writes = Array.from({ length: 50 }, () => commit.write(key('p'), countAt(1)));
      const outcomes = await Promise.allSettled(writes);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(store.reads).toBeLessThan(4);
    });
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
    const { store, commit } = open();
    jest.spyOn(store, 'read').mockRejectedValueOnce(new Unavailable('The store'));
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
    const { store, commit } = open();
    jest.spyOn(store, 'append').mockResolvedValueOnce([]);
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
  ])('tells callers of their durable changes even where the announcement %s', async (_, announce) => {
    const { ports } = open();
    const commit = new GroupCommit({ ...ports, announce });
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

  describe('idempotency keys', () => {
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

  it('shows those who decide the changes that the panel has just seen', async () => {
    const { store, commit } = open();
    store.put(key('p'), 4, { n: 4 });
    const seen: (number[] | undefined)[] = [];
    const look =
      (since: number): Decide =>
      (current, recent) => {
        seen.push(recent.after(since)?.map(({ version }) => version));
        return count(current, recent);
      };
    await Promise.all([4, 4, 5, 3].map((since) => commit.write(key('p'), look(since))));
    expect(seen).toEqual([[], [5], [6], undefined]);
  });
});

import { Unavailable } from '../../errors';
import { aRequest } from '../../testing/idempotency.contract';
import { TransactionWorld, transactor } from '../../testing/transaction-world';
import type { TransactionOperation } from './transact';

const set = (panelId: string, n: number, version?: number): TransactionOperation => ({
  op: 'set',
  panelId,
  state: { n },
  version,
});
const remove = (panelId: string): TransactionOperation => ({ op: 'delete', panelId });
const away = new Unavailable('The database');

let world: TransactionWorld;
beforeEach(async () => {
  world = new TransactionWorld();
  await world.listen();
});

describe('a transaction', () => {
  it('is refused as a whole, at the operation that failed, and leaves no trace', async () => {
    await world.write('b', { state: { n: 1 } });
    const operations = [set('a', 1), set('b', 2), remove('none'), set('c', 1)];
    expect(await world.refusalOf(operations)).toEqual([
      'not_found',
      { panelId: 'none', transactionIndex: 2 },
    ]);
    expect(await Promise.all(['a', 'b', 'c'].map((id) => world.history(id)))).toEqual([
      [],
      ['created 1'],
      [],
    ]);
    expect(world.published).toEqual([]);
    expect(await world.cache.adapter.read(world.keyOf('b'))).toBeUndefined();
    expect(world.faults.calls('appendTogether')).toBe(0);
  });

  it('makes several changes of one panel in order, a version each', async () => {
    await world.write('a', { state: { n: 1 } });
    const increment = { op: 'inc', path: '/n', value: 5 } as const;
    const result = await world.transact([
      { op: 'patch', panelId: 'a', patches: [increment] },
      set('b', 1),
      { op: 'patch', panelId: 'a', patches: [increment, increment] },
      remove('a'),
      set('a', 7),
    ]);
    expect(result).toEqual([
      { panelId: 'a', version: 5 },
      { panelId: 'b', version: 1 },
    ]);
    expect(await world.history('a')).toEqual([
      'created 1',
      'updated 2',
      'updated 3',
      'deleted 4',
      'created 5',
    ]);
    expect(await world.panel('a')).toBe('5 {"n":7}');
    const changes = await world.store.changesSince(world.keyOf('a'), 1, 10);
    expect(changes.map(({ patch }) => patch)).toEqual([
      [{ op: 'replace', path: '/n', value: 6 }],
      [
        { op: 'replace', path: '/n', value: 11 },
        { op: 'replace', path: '/n', value: 16 },
      ],
      [{ op: 'remove', path: '' }],
      [{ op: 'add', path: '', value: { n: 7 } }],
    ]);
    expect(changes).toMatchObject(Array(4).fill({ ...transactor, baseVersion: null }));
  });

  it('holds every version against the panel as it was before the transaction', async () => {
    await world.write('a', { state: { n: 1 } });
    expect(await world.transact([set('a', 2, 1), set('a', 3, 1)])).toEqual([{ panelId: 'a', version: 3 }]);
    expect(await world.refusalOf([set('a', 4, 3), set('a', 5, 4)])).toEqual([
      'version_conflict',
      { panelId: 'a', currentVersion: 3, transactionIndex: 1 },
    ]);
  });

  it.each([
    ['a slash', 'a/b', 'invalid_id'],
    ['a reserved word', 'snapshot', 'invalid_id'],
    ['nothing', '', 'invalid_id'],
  ])('is refused where a panel id is %s, at its operation', async (_, panelId, code) => {
    expect(await world.refusalOf([set('a', 1), set(panelId, 1)])).toEqual([
      code,
      { field: 'panelId', transactionIndex: 1 },
    ]);
  });

  it.each([
    ['a state that is too large', { text: 'x'.repeat(100) }, 'state_too_large', { limitBytes: 64 }],
    ['a state that is too deep', { a: { b: { c: {} } } }, 'state_too_deep', { limit: 3 }],
    ['half a surrogate pair', { a: '\ud800' }, 'unsupported_value', { pointer: '/operations/1/state/a' }],
  ])('is refused for %s, at its operation', async (_, state, code, facts) => {
    world = new TransactionWorld({ stateBytes: 64, stateDepth: 3 });
    const [refusal, told] = await world.refusalOf([set('a', 1), { op: 'set', panelId: 'b', state }]);
    expect([refusal, told]).toMatchObject([code, { ...facts, transactionIndex: 1 }]);
    expect(await world.panel('a')).toBeUndefined();
  });

  it('publishes each change and renews the copies, once they are durable', async () => {
    await world.write('b', { state: { n: 1 } });
    const held = world.faults.holdNext('appendTogether', { after: true });
    const done = world.transact([set('a', 1), set('a', 2), remove('b')]);
    await held.reached;
    expect(world.published).toEqual([]);
    held.release();
    await done;
    expect(world.published.map(({ key, changeType, version }) => [key.panelId, changeType, version])).toEqual(
      [
        ['a', 'created', 1],
        ['a', 'updated', 2],
        ['b', 'deleted', 2],
      ],
    );
    expect(await world.cache.adapter.read(world.keyOf('a'))).toMatchObject({ version: 2 });
    expect(await world.cache.adapter.read(world.keyOf('b'))).toMatchObject({
      version: 2,
      document: undefined,
    });
  });

  it('is durable where neither the bus nor the cache takes it', async () => {
    world.bus.failNext('publish', new Unavailable('The update bus'));
    world.cache.failNext('write', new Unavailable('The cache'));
    expect(await world.transact([set('a', 1)])).toEqual([{ panelId: 'a', version: 1 }]);
    expect(await world.panel('a')).toBe('1 {"n":1}');
    expect(world.failedHints).toContain('update');
  });
});

describe('a transaction, while others write', () => {
  /** Another process writes between the look at the panels and the append, each time. */
  const interfere = (times: number, write: (time: number) => Promise<void>) => {
    for (let time = 1; time <= times; time++)
      world.faults.onNext('appendTogether', async (append) => {
        await write(time);
        return append();
      });
  };

  it('is decided again on what they wrote, and makes them wait after two lost races', async () => {
    await world.write('a', { state: { n: 1 } });
    interfere(20, (time) => world.write('a', { state: { n: 10 * time } }));
    const increment = { op: 'inc', path: '/n', value: 1 } as const;
    expect(await world.transact([{ op: 'patch', panelId: 'a', patches: [increment] }, set('b', 1)])).toEqual([
      { panelId: 'a', version: 4 },
      { panelId: 'b', version: 1 },
    ]);
    expect(await world.panel('a')).toBe('4 {"n":21}');
    expect(await world.history('b')).toEqual(['created 1']);
    expect([world.faults.calls('appendTogether'), world.faults.calls('appendTogetherExclusively')]).toEqual([
      2, 1,
    ]);
  });

  it.each<[string, TransactionOperation]>([
    ['changes', set('a', 9, 1)],
    ['only checks', { op: 'check', panelId: 'a', version: 1 }],
  ])('is refused where a panel that it %s moves on from the version it names', async (_, operation) => {
    await world.write('a', { state: { n: 1 } });
    interfere(1, () => world.write('a', { state: { n: 2 } }));
    expect(await world.refusalOf([set('b', 1), operation])).toEqual([
      'version_conflict',
      { panelId: 'a', currentVersion: 2, transactionIndex: 1 },
    ]);
    expect(await world.panel('b')).toBeUndefined();
  });

  describe('also where it has them wait, because panels are created meanwhile,', () => {
    /** A panel that does not exist cannot be locked: another writer creates it each time. */
    const missExclusively = (times: number) => {
      for (let time = 0; time < times; time++)
        world.faults.respondNext('appendTogetherExclusively', { outcome: 'version-mismatch' });
    };

    it('gives up after ten attempts, says when to try again, and changes nothing', async () => {
      interfere(2, (n) => world.write('a', { state: { n } }));
      missExclusively(8);
      expect(await world.refusalOf([set('a', 99), set('b', 99)])).toEqual([
        'too_much_contention',
        { retryAfterSeconds: 1 },
      ]);
      expect([world.faults.calls('appendTogether'), world.faults.calls('appendTogetherExclusively')]).toEqual(
        [2, 8],
      );
      expect([await world.panel('a'), await world.panel('b')]).toEqual(['2 {"n":2}', undefined]);
    });

    it('wins in the tenth attempt', async () => {
      interfere(2, (n) => world.write('a', { state: { n } }));
      missExclusively(7);
      expect(await world.transact([set('a', 99)])).toEqual([{ panelId: 'a', version: 3 }]);
    });
  });
});

describe('a transaction, while the store is away', () => {
  const operations = [set('a', 1), set('b', 1)];

  it.each(['readMany', 'appendTogether'] as const)(
    'fails as unavailable, and changes nothing: %s',
    async (name) => {
      world.faults.failNext(name, away);
      await expect(world.transact(operations)).rejects.toBe(away);
      expect([await world.panel('a'), await world.panel('b')]).toEqual([undefined, undefined]);
      expect(world.published).toEqual([]);
    },
  );

  it('is made once where its answer was lost and the request repeated, and its copies are renewed', async () => {
    world.faults.failNext('appendTogether', away, { after: true });
    await expect(world.transact(operations, aRequest('k'))).rejects.toBe(away);
    expect(await world.cache.adapter.read(world.keyOf('a'))).toBeUndefined();
    const result = await world.transact(operations, aRequest('k'));
    expect(result).toEqual([
      { panelId: 'a', version: 1 },
      { panelId: 'b', version: 1 },
    ]);
    expect(await world.history('a')).toEqual(['created 1']);
    expect(await world.cache.adapter.read(world.keyOf('a'))).toMatchObject({ version: 1 });
  });

  it('is made for the repeated request where nothing had happened', async () => {
    world.faults.failNext('appendTogether', away);
    await expect(world.transact(operations, aRequest('k'))).rejects.toBe(away);
    expect(await world.transact(operations, aRequest('k'))).toHaveLength(2);
    expect(await world.history('a')).toEqual(['created 1']);
  });
});

import assert from 'node:assert/strict';
import { InvalidArgumentError, KeyNotFoundError, NotJsonError, VersionConflictError } from '..';
import { bytes, plain, range, refusal, same, together } from './expect';
import type { Rule } from './rule';

export const writeRules: readonly Rule[] = [
  {
    name: 'counts the versions of a key from 1',
    async check({ open }) {
      const store = await open();
      assert.equal(await store.version('/key'), 0);
      assert.equal(await store.exists('/key'), false);
      assert.equal(await store.setJson('/key', 1), 1);
      assert.equal(await store.set('/key', bytes('2')), 2);
      assert.equal(await store.setJson('/key', {}), 3);
      assert.equal(await store.update('/key', { a: 1 }), 4);
      assert.equal(await store.compareAndSet('/key', 4, 5), 5);
      assert.equal(await store.version('/key'), 5);
      assert.equal(await store.exists('/key'), true);
      assert.equal(await store.setJson('/other', 1), 1);
    },
  },
  {
    name: 'goes on with the versions of a key after its deletion',
    async check({ open }) {
      const store = await open();
      let last = await store.setJson('/key', 1);
      for (let round = 0; round < 3; round++) {
        await store.delete('/key');
        const next = await store.setJson('/key', round);
        assert.ok(next > last, `version ${next} came after ${last} and a deletion`);
        last = next;
      }
    },
  },
  {
    name: 'tells whether a deletion found something',
    async check({ open }) {
      const store = await open();
      assert.equal(await store.delete('/key'), false);
      await store.setJson('/key', 1);
      assert.equal(await store.delete('/key'), true);
      assert.equal(await store.delete('/key'), false);
      assert.equal(await store.get('/key'), undefined);
      assert.equal(await store.version('/key'), 0);
    },
  },
  {
    name: 'sets at the expected version alone',
    async check({ open }) {
      const store = await open();
      assert.equal(await store.compareAndSet('/key', 0, { n: 1 }), 1);
      const { key, expected, found } = await refusal(
        () => store.compareAndSet('/key', 0, { n: 2 }),
        VersionConflictError,
      );
      same([key, expected, found], ['/key', 0, 1]);
      const absent = await refusal(() => store.compareAndSet('/absent', 3, 1), VersionConflictError);
      same([absent.expected, absent.found], [3, 0]);
      assert.equal(await store.compareAndSet('/key', 1, bytes('x')), 2);
      same(plain(await store.get('/key')), plain(bytes('x')));
      for (const version of [-1, 1.5, Number.NaN, '1' as unknown as number]) {
        await refusal(() => store.compareAndSet('/key', version, 1), InvalidArgumentError);
      }
    },
  },
  {
    name: 'lets one of many concurrent compareAndSets win',
    async check({ open }) {
      const store = await open();
      await store.setJson('/key', 'start');
      const won = await together(20, async (index) => {
        try {
          return (await store.compareAndSet('/key', 1, index)) === 2;
        } catch (error) {
          assert.ok(error instanceof VersionConflictError);
          return false;
        }
      });
      assert.equal(won.filter(Boolean).length, 1);
      assert.equal(await store.getJson('/key'), won.indexOf(true));
    },
  },
  {
    name: 'creates a key once, and leaves one that is there as it is',
    async check({ open }) {
      const store = await open();
      const created = await together(20, (index) => store.createIfNotExists('/key', index));
      assert.equal(created.filter((version) => version !== undefined).length, 1);
      assert.equal(
        await store.getJson('/key'),
        created.findIndex((version) => version === 1),
      );
      assert.equal(await store.createIfNotExists('/key', 'other'), undefined);
      assert.equal(await store.version('/key'), 1);
    },
  },
  {
    name: 'merges into JSON as RFC 7396 says',
    async check({ open }) {
      const store = await open();
      await store.setJson('/key', { title: 'a', author: { given: 'b', family: 'c' }, tags: ['d'] });
      await store.update('/key', { title: null, author: { family: null, born: 1 }, tags: ['e'], phone: '1' });
      same(await store.getJson('/key'), {
        author: { given: 'b', born: 1 },
        tags: ['e'],
        phone: '1',
      });
      await store.update('/key', ['whole']);
      same(await store.getJson('/key'), ['whole']);
    },
  },
  {
    name: 'refuses to merge into nothing and into bytes',
    async check({ open }) {
      const store = await open();
      await refusal(() => store.update('/key', {}), KeyNotFoundError);
      await store.set('/key', bytes('{}'));
      await refusal(() => store.update('/key', {}), NotJsonError);
      await store.delete('/key');
      await refusal(() => store.update('/key', {}), KeyNotFoundError);
    },
  },
  {
    name: 'loses no concurrent update',
    async check({ open }) {
      const store = await open();
      await store.setJson('/key', {});
      const versions = await together(30, (index) => store.update('/key', { [`member${index}`]: index }));
      same(
        versions.sort((a, b) => a - b),
        range(2, 31),
      );
      assert.equal(Object.keys((await store.getJson<object>('/key')) ?? {}).length, 30);
    },
  },
  {
    name: 'does all operations of a transaction, or none',
    async check({ open }) {
      const store = await open();
      await store.setJson('/old', 1);
      const done = await store.transaction([
        { type: 'checkVersion', key: '/old', version: 1 },
        { type: 'checkVersion', key: '/new', version: 0 },
        { type: 'set', key: '/new', value: { a: 1 } },
        { type: 'set', key: '/bytes', value: bytes('x') },
        { type: 'delete', key: '/old' },
        { type: 'delete', key: '/nothing' },
      ]);
      same(
        done.results.map(({ key, version }) => `${key} ${version}`),
        ['/old 1', '/new 0', '/new 1', '/bytes 1', '/old 2', '/nothing 0'],
      );
      same(await store.getJson('/new'), { a: 1 });
      assert.equal(await store.exists('/old'), false);
      const { key, expected, found, index } = await refusal(
        () =>
          store.transaction([
            { type: 'set', key: '/new', value: 2 },
            { type: 'checkVersion', key: '/bytes', version: 1 },
            { type: 'delete', key: '/bytes' },
            { type: 'checkVersion', key: '/old', version: 7 },
          ]),
        VersionConflictError,
      );
      same([key, expected, found, index], ['/old', 7, 0, 3]);
      same(await store.getJson('/new'), { a: 1 });
      assert.equal(await store.exists('/bytes'), true);
    },
  },
  {
    name: 'keeps transactions apart that move between two keys',
    async check({ open }) {
      const store = await open();
      await store.setJson('/from', 100);
      await store.setJson('/to', 0);
      const move = async (): Promise<void> => {
        for (;;) {
          const from = await store.getEntry('/from');
          const to = await store.getEntry('/to');
          try {
            await store.transaction([
              { type: 'checkVersion', key: '/from', version: from?.version ?? 0 },
              { type: 'checkVersion', key: '/to', version: to?.version ?? 0 },
              { type: 'set', key: '/from', value: (from?.value as number) - 1 },
              { type: 'set', key: '/to', value: (to?.value as number) + 1 },
            ]);
            return;
          } catch (error) {
            if (!(error instanceof VersionConflictError)) throw error;
          }
        }
      };
      await together(12, move);
      same([await store.getJson('/from'), await store.getJson('/to')], [88, 12]);
    },
  },
  {
    name: 'refuses transactions that are empty, too long, or write a key twice',
    async check({ open }) {
      const store = await open();
      const set = (key: string) => ({ type: 'set' as const, key, value: 1 });
      const bad = [
        [],
        range(1, 129).map((index) => set(`/${index}`)),
        [set('/a'), { type: 'delete' as const, key: '/a' }],
        [{ type: 'other' } as never],
        [null as never],
        [{ ...set('/a'), ttl: -1 }],
      ];
      for (const operations of bad) await refusal(() => store.transaction(operations), InvalidArgumentError);
      const most = await store.transaction(range(1, 128).map((index) => set(`/${index}`)));
      assert.equal(most.results.length, 128);
      assert.equal(await store.exists('/a'), false);
    },
  },
];

import assert from 'node:assert/strict';
import { InvalidArgumentError, type StateStore } from '..';
import { allKeys, bytes, passed, range, refusal, same, summary, take, until } from './expect';
import type { Rule } from './rule';

const gone = (store: StateStore, key: string) =>
  until(async () => !(await store.exists(key)), `the end of ${key}`);

export const expiryRules: readonly Rule[] = [
  {
    name: 'shows no reader a key whose time has passed',
    async check({ open }) {
      const store = await open();
      for (const number of range(1, 5)) {
        const key = `/lease/${number}`;
        await store.setJson(key, number, { ttl: 50 });
        await passed(51);
        assert.equal(await store.get(key), undefined);
        assert.equal(await store.getJson(key), undefined);
        assert.equal(await store.getEntry(key), undefined);
        assert.equal(await store.exists(key), false);
        assert.equal(await store.version(key), 0);
        same(await allKeys(store), []);
      }
    },
  },
  {
    name: 'tells watches of a key whose time has passed, once',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/lease/*');
      await store.setJson('/lease/a', 1, { ttl: 30 });
      await store.set('/lease/b', bytes('x'), { ttl: 40 });
      await store.compareAndSet('/lease/c', 0, 1, { ttl: 50 });
      await store.createIfNotExists('/lease/d', 1, { ttl: 60 });
      await store.transaction([{ type: 'set', key: '/lease/e', value: 1, ttl: 70 }]);
      await store.setJson('/lease/f', 1);
      await store.update('/lease/f', { n: 1 }, { ttl: 80 });
      const events = await take(watch, 13);
      const expired = events.filter(({ expired }) => expired);
      same(
        summary(expired)
          .map((line) => line.slice(0, -2))
          .sort(),
        [
          'deleted /lease/a',
          'deleted /lease/b',
          'deleted /lease/c',
          'deleted /lease/d',
          'deleted /lease/e',
          'deleted /lease/f',
        ],
      );
      same(
        events.map(({ revision }) => revision),
        range(1, 13),
      );
      await store.setJson('/lease/end', 1);
      assert.equal((await take(watch, 1))[0]?.key, '/lease/end');
      await watch.return();
    },
  },
  {
    name: 'ends a time to live with the next set, and keeps it over a merge',
    async check({ open }) {
      const store = await open();
      await store.setJson('/kept', { n: 1 }, { ttl: 3_600_000 });
      const before = await store.getEntry('/kept');
      await store.update('/kept', { n: 2 });
      assert.equal((await store.getEntry('/kept'))?.expiresAt, before?.expiresAt);
      await store.setJson('/kept', { n: 3 });
      assert.equal((await store.getEntry('/kept'))?.expiresAt, undefined);
      await store.setJson('/short', {}, { ttl: 3_600_000 });
      await store.update('/short', { n: 1 }, { ttl: 20 });
      await gone(store, '/short');
      await store.setJson('/deleted', 1, { ttl: 20 });
      await store.delete('/deleted');
      await store.setJson('/deleted', 2);
      await passed(30);
      assert.equal(await store.getJson('/deleted'), 2);
    },
  },
  {
    name: 'creates a key anew whose time has passed, as one that holds nothing',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/again');
      await store.setJson('/again', 1, { ttl: 10 });
      await passed(11);
      assert.ok(await store.compareAndSet('/again', 0, 2));
      const events = await take(watch, 3);
      same(
        events.map(({ type, value, expired }) => [type, value, expired]),
        [
          ['created', 1, undefined],
          ['deleted', undefined, true],
          ['created', 2, undefined],
        ],
      );
      await watch.return();
    },
  },
  {
    name: 'refuses a time to live that is none',
    async check({ open }) {
      const store = await open();
      for (const ttl of [0, -1, Number.NaN, Infinity, '1' as unknown as number]) {
        await refusal(() => store.setJson('/a', 1, { ttl }), InvalidArgumentError);
      }
      assert.equal(await store.exists('/a'), false);
    },
  },
];

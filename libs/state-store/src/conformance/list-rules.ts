import assert from 'node:assert/strict';
import { InvalidArgumentError } from '..';
import { allKeys, bytes, plain, range, refusal, same, take } from './expect';
import type { Rule } from './rule';

export const listRules: readonly Rule[] = [
  {
    name: 'lists the keys with a prefix in the order of their bytes',
    async check({ open }) {
      const store = await open();
      const sorted = ['/Z', '/a', '/a/1', '/a/10', '/a/2', '/a0', '/b', '/\u00e9', '/\uffee', '/\u{1f600}'];
      for (const key of [...sorted].reverse()) await store.setJson(key, key);
      await store.setJson('/gone', 1);
      await store.delete('/gone');
      same(await allKeys(store), sorted);
      same(await allKeys(store, '/a'), ['/a', '/a/1', '/a/10', '/a/2', '/a0']);
      same(await allKeys(store, '/a/'), ['/a/1', '/a/10', '/a/2']);
      same(await allKeys(store, '/a/1'), ['/a/1', '/a/10']);
      same(await allKeys(store, '/nothing/'), []);
    },
  },
  {
    name: 'pages through a list without gaps and repetitions',
    async check({ open }) {
      const store = await open();
      const keys = range(100, 124).map((number) => `/k/${number}`);
      for (const key of keys) await store.setJson(key, 1);
      for (const limit of [1, 5, 24, 25, 26]) {
        const listed: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list('/k/', { limit, ...(cursor === undefined ? {} : { cursor }) });
          assert.ok(page.items.length <= limit);
          listed.push(...page.items.map(({ key }) => key));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        same(listed, keys);
      }
      // The last key of a page may be deleted before the next one is read.
      const first = await store.list('/k/').page({ limit: 10 });
      await store.delete('/k/109');
      const rest = await store.list('/k/', { cursor: first.nextCursor as string });
      same(
        rest.items.map(({ key }) => key),
        keys.slice(10),
      );
      assert.equal(rest.nextCursor, undefined);
      for (const limit of [0, 1001, 1.5, -1]) {
        await refusal(() => store.list('/k/', { limit }), InvalidArgumentError);
      }
      await refusal(() => store.list('/k/', { cursor: '%' }), InvalidArgumentError);
    },
  },
  {
    name: 'lists what an entry holds, with its value where asked for',
    async check({ open }) {
      const store = await open();
      const before = Date.now() - 60_000;
      await store.setJson('/a', { n: 1 });
      await store.set('/b', bytes('x'), { ttl: 60_000 });
      await store.update('/a', { n: 2 });
      const { items } = await store.list('/', { values: true });
      same(
        items.map(({ key, version, revision }) => [key, version, revision]),
        [
          ['/a', 2, 3],
          ['/b', 1, 2],
        ],
      );
      same(items[0]?.value, { n: 2 });
      same(plain(items[1]?.value), plain(bytes('x')));
      same(items[0], await store.getEntry('/a'));
      const created = Date.parse(items[0]?.createdAt ?? '');
      assert.ok(created > before && created <= Date.parse(items[0]?.updatedAt ?? ''));
      const expires = Date.parse(items[1]?.expiresAt ?? '');
      assert.equal(expires - Date.parse(items[1]?.updatedAt ?? ''), 60_000);
      const without = await store.list('/');
      assert.equal(without.items.length, 2);
      assert.ok(without.items.every((item) => !('value' in item)));
    },
  },
  {
    name: 'gives lists a revision from which a watch goes on',
    async check({ open }) {
      const store = await open();
      assert.equal((await store.list('/')).revision, 0);
      await store.setJson('/a', 1);
      await store.setJson('/b', 1);
      const { revision } = await store.list('/');
      assert.equal(revision, 2);
      await store.setJson('/a', 2);
      const watch = store.watch('/*', { since: revision });
      const [event] = await take(watch, 1);
      same([event?.key, event?.version, event?.revision], ['/a', 2, 3]);
      await watch.return();
    },
  },
];

import assert from 'node:assert/strict';
import { StoreClosedError } from '..';
import { allKeys, bytes, range, refusal, same, summary, take, together, until } from './expect';
import type { Rule } from './rule';

export const sharingRules: readonly Rule[] = [
  {
    name: 'refuses everything after its end',
    async check({ open }) {
      const store = await open();
      const last = store.setJson('/a', 1);
      await Promise.all([last, store.close(), store.close()]);
      const calls = [
        () => store.get('/a'),
        () => store.getJson('/a'),
        () => store.getEntry('/a'),
        () => store.exists('/a'),
        () => store.version('/a'),
        () => store.set('/a', bytes('x')),
        () => store.update('/a', {}),
        () => store.delete('/a'),
        () => store.compareAndSet('/a', 0, 1),
        () => store.createIfNotExists('/a', 1),
        () => store.transaction([{ type: 'delete', key: '/a' }]),
        () => store.list('/'),
        () => store.watch('/a').next(),
      ];
      for (const call of calls) await refusal(call, StoreClosedError);
    },
  },
  {
    name: 'keeps keys, versions, revisions and changes over a restart',
    needs: 'durable',
    async check({ open, openAgain }) {
      const before = await open();
      await before.setJson('/a', { n: 1 });
      await before.set('/b', bytes('x'));
      await before.setJson('/gone', 1);
      await before.delete('/gone');
      await before.setJson('/secret', 1, { sensitive: before.capabilities.encrypts });
      await before.setJson('/lease', 1, { ttl: 20 });
      await before.close();
      const store = await openAgain(before);
      same([await store.getJson('/a'), await store.getJson('/secret')], [{ n: 1 }, 1]);
      assert.equal(await store.version('/b'), 1);
      await until(async () => (await store.list('')).revision === 7, 'the deletion of what was due');
      same(await allKeys(store), ['/a', '/b', '/secret']);
      assert.equal(await store.setJson('/gone', 2), 3);
      const watch = store.watch('*', { since: 0 });
      same(summary(await take(watch, 8)), [
        'created /a 1',
        'created /b 1',
        'created /gone 1',
        'deleted /gone 2',
        'created /secret 1',
        'created /lease 1',
        'deleted /lease 2',
        'created /gone 3',
      ]);
      await watch.return();
    },
  },
  {
    name: 'shows a write to every other store of the same keys at once',
    needs: 'shared',
    async check({ open, openAgain }) {
      const one = await open();
      const two = await openAgain(one);
      for (const number of range(1, 10)) {
        assert.equal(await one.setJson('/a', number), 2 * number - 1);
        assert.equal(await two.getJson('/a'), number);
        assert.equal(await two.update('/a', number + 100), 2 * number);
        assert.equal(await one.getJson('/a'), number + 100);
      }
      await two.delete('/a');
      assert.equal(await one.exists('/a'), false);
    },
  },
  {
    name: 'loses no concurrent update of several stores',
    needs: 'shared',
    async check({ open, openAgain }) {
      const one = await open();
      const stores = [one, await openAgain(one), await openAgain(one)];
      await one.setJson('/a', {});
      await together(30, async (index) => {
        const store = stores[index % 3] ?? one;
        await store.update('/a', { [`member${index}`]: index });
        assert.equal(await store.createIfNotExists(`/new/${index % 10}`, index).then(() => true), true);
      });
      assert.equal(Object.keys((await one.getJson<object>('/a')) ?? {}).length, 30);
      assert.equal(await one.version('/a'), 31);
      assert.equal((await allKeys(one, '/new/')).length, 10);
      assert.equal((await one.list('')).revision, 41);
    },
  },
  {
    name: 'tells a watch of the writes of every store, in one order',
    needs: 'shared',
    async check({ open, openAgain }) {
      const one = await open();
      const stores = [one, await openAgain(one), await openAgain(one)];
      const watches = stores.map((store) => store.watch('/a/*'));
      await Promise.all(watches.map(({ ready }) => ready));
      await together(45, (index) => (stores[index % 3] ?? one).setJson(`/a/${index % 4}`, index));
      const seen = await Promise.all(watches.map((watch) => take(watch, 45)));
      for (const events of seen) {
        same(
          events.map(({ revision }) => revision),
          range(1, 45),
        );
        same(events, seen[0]);
      }
      await Promise.all(watches.map((watch) => watch.return()));
    },
  },
  {
    name: 'deletes a key whose time has passed exactly once, however many stores there are',
    needs: 'shared',
    async check({ open, openAgain }) {
      const one = await open();
      const stores = [one, await openAgain(one), await openAgain(one)];
      const watch = one.watch('*');
      await together(20, (index) => (stores[index % 3] ?? one).setJson(`/lease/${index}`, 1, { ttl: 60 }));
      const events = await take(watch, 40);
      assert.equal(events.filter(({ expired }) => expired).length, 20);
      await one.setJson('/end', 1);
      const [end] = await take(watch, 1);
      same([end?.key, end?.revision], ['/end', 41]);
      await watch.return();
    },
  },
];

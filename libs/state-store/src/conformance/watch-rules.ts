import assert from 'node:assert/strict';
import { CompactedError, InvalidArgumentError, StoreClosedError, type WatchEvent } from '..';
import { bytes, plain, range, refusal, same, summary, take, together, until, within } from './expect';
import type { Rule } from './rule';

export const watchRules: readonly Rule[] = [
  {
    name: 'tells a watch of every change of its key, with the value',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/key');
      await store.setJson('/key', { n: 1 });
      await store.setJson('/key/below', 1);
      await store.set('/key', bytes('x'));
      await store.delete('/key');
      await store.createIfNotExists('/key', null);
      const events = await take(watch, 4);
      same(
        events.map(({ type, key, revision }) => [type, key, revision]),
        [
          ['created', '/key', 1],
          ['updated', '/key', 3],
          ['deleted', '/key', 4],
          ['created', '/key', 5],
        ],
      );
      same(events[0]?.value, { n: 1 });
      same(plain(events[1]?.value), plain(bytes('x')));
      same([events[2]?.value, events[3]?.value], [undefined, null]);
      assert.ok(events.every(({ at }) => new Date(at).toISOString() === at));
      await watch.return();
    },
  },
  {
    name: 'tells a watch of the keys below its path, and of no others',
    async check({ open }) {
      const store = await open();
      const below = store.watch('/a/*');
      const all = store.watch('*');
      const absolute = store.watch('/*');
      const keys = ['/a', '/a/b', '/a/b/c', '/ab', 'a/b', 'flat', '/b', '/a/z'];
      for (const key of keys) await store.setJson(key, 1);
      const found = async (watch: typeof below, expected: string[]) => {
        const events = await take(watch, expected.length);
        same(
          events.map(({ key }) => key),
          expected,
        );
        await watch.return();
      };
      await found(below, ['/a/b', '/a/b/c', '/a/z']);
      await found(
        absolute,
        keys.filter((key) => key.startsWith('/')),
      );
      await found(all, keys);
    },
  },
  {
    name: 'gives each accepted write the next revision, and a transaction one for all of its changes',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('*');
      await store.setJson('/a', 1);
      await store.delete('/nothing');
      await store.compareAndSet('/a', 7, 1).catch(() => undefined);
      const { revision } = await store.transaction([
        { type: 'set', key: '/b', value: 1 },
        { type: 'delete', key: '/a' },
      ]);
      assert.equal(revision, 2);
      await store.setJson('/c', 1);
      const events = await take(watch, 4);
      same(
        events.map((event) => [event.revision, event.key]),
        [
          [1, '/a'],
          [2, '/b'],
          [2, '/a'],
          [3, '/c'],
        ],
      );
      assert.equal((await store.getEntry('/c'))?.revision, 3);
      await watch.return();
    },
  },
  {
    name: 'misses no change and repeats none under concurrent writes',
    async check({ open }) {
      const store = await open();
      const watches = range(1, 3).map(() => store.watch('/load/*'));
      await together(120, (index) => store.setJson(`/load/${index % 7}`, index));
      for (const watch of watches) {
        const events = await take(watch, 120);
        same(
          events.map(({ revision }) => revision),
          range(1, 120),
        );
        const versions = new Map<string, number>();
        for (const { key, version } of events) {
          assert.equal(version, (versions.get(key) ?? 0) + 1, `the version of ${key}`);
          versions.set(key, version);
        }
        await watch.return();
      }
    },
  },
  {
    name: 'resumes a watch after any event, also within a transaction',
    async check({ open }) {
      const store = await open();
      await store.setJson('/r/a', 1);
      await store.transaction(['/r/b', '/r/c', '/r/d'].map((key) => ({ type: 'set', key, value: 1 })));
      await store.delete('/r/a');
      const whole = store.watch('/r/*', { since: 0 });
      assert.equal(await whole.ready, 0);
      const events = await take(whole, 5);
      await whole.return();
      for (const [index, { cursor }] of events.entries()) {
        const rest = store.watch('/r/*', { since: cursor });
        const seen = await take(rest, events.length - index - 1);
        same(summary(seen), summary(events.slice(index + 1)), `after ${cursor}`);
        await rest.return();
      }
      const byRevision = store.watch('/r/*', { since: 2 });
      assert.equal((await take(byRevision, 1))[0]?.revision, 3);
      await byRevision.return();
    },
  },
  {
    name: 'refuses a watch since a revision that is not reached yet, or that is none',
    async check({ open }) {
      const store = await open();
      await store.setJson('/a', 1);
      for (const since of [2, -1, 1.5, 'x', '1-', '01'] as (number | string)[]) {
        await refusal(async () => store.watch('/a', { since }).next(), InvalidArgumentError);
      }
    },
  },
  {
    name: 'refuses a watch since a change that is no longer kept',
    async check({ open }) {
      const store = await open({ retention: { maxChanges: 5 } });
      for (const number of range(1, 40)) await store.setJson('/c/a', number);
      const oldest = async (): Promise<number> => {
        const watch = store.watch('/c/*', { since: 0 });
        try {
          const { revision } = (await take(watch, 1))[0] as WatchEvent;
          assert.equal(revision, 1, 'a watch began after its beginning');
          return 1;
        } catch (error) {
          if (!(error instanceof CompactedError)) throw error;
          return error.oldestRevision;
        } finally {
          await watch.return();
        }
      };
      await until(async () => (await oldest()) > 30, 'the compaction');
      const first = await oldest();
      const kept = store.watch('/c/*', { since: first - 1 });
      assert.equal((await take(kept, 1))[0]?.revision, first);
      await kept.return();
      await refusal(() => store.watch('/c/a', { since: first - 2 }).ready, CompactedError);
    },
  },
  {
    name: 'forgets changes that are older than they are kept',
    async check({ open }) {
      const store = await open({ retention: { maxAgeMs: 100 } });
      await store.setJson('/old', 1);
      const isForgotten = async () => {
        const watch = store.watch('/old', { since: 0 });
        try {
          await watch.ready;
          return false;
        } catch (error) {
          if (!(error instanceof CompactedError)) throw error;
          same(error.oldestRevision, 2);
          return true;
        } finally {
          await watch.return();
        }
      };
      await until(isForgotten, 'the compaction');
      same(await store.getJson('/old'), 1);
      const watch = store.watch('/old', { since: 1 });
      same(await watch.ready, 1);
      await watch.return();
    },
  },
  {
    name: 'keeps all changes for a reader who pauses',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/slow/*');
      await store.setJson('/slow/a', 0);
      await take(watch, 1);
      for (const number of range(1, 80)) await store.setJson('/slow/a', number);
      const events = await take(watch, 80);
      same(
        events.map(({ value }) => value),
        range(1, 80),
      );
      await watch.return();
    },
  },
  {
    name: 'goes on with a watch beyond changes that do not match',
    async check({ open }) {
      const store = await open({ retention: { maxChanges: 5 } });
      const watch = store.watch('/quiet');
      assert.equal(await watch.ready, 0);
      const event = watch.next();
      for (const number of range(1, 60)) await store.setJson('/loud', number);
      await until(async () => (watch.revision ?? 0) >= 60, 'the bookmark of a quiet watch');
      await store.setJson('/quiet', 1);
      assert.equal((await within(event, 'the change')).value?.revision, 61);
      await watch.return();
    },
  },
  {
    name: 'ends a watch by its signal, its return, and the end of the store',
    async check({ open }) {
      const store = await open();
      const controller = new AbortController();
      const aborted = store.watch('/a', { signal: controller.signal });
      await aborted.ready;
      const waiting = aborted.next();
      const reason = new Error('enough');
      controller.abort(reason);
      await assert.rejects(within(waiting, 'the end by the signal'), (error) => error === reason);
      await assert.rejects(
        store.watch('/a', { signal: AbortSignal.abort(reason) }).next(),
        (error) => error === reason,
      );
      const returned = store.watch('/a');
      const pending = returned.next();
      await returned.return();
      assert.equal((await within(pending, 'the end by return')).done, true);
      assert.equal((await returned.next()).done, true);
      const open2 = store.watch('/a');
      const cut = open2.next();
      const refused = refusal(() => within(cut, 'the end by close'), StoreClosedError);
      await store.close();
      await refused;
    },
  },
  {
    name: 'gives a slow reader every change, however large',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/large');
      await watch.ready;
      // What a watch holds is less than three of them, and no whole number of them.
      for (const n of range(1, 12)) await store.setJson('/large', `${n} ${'x'.repeat(400_000)}`);
      const events = await take(watch, 12);
      same(
        events.map(({ version }) => version),
        range(1, 12),
      );
      await watch.return();
    },
  },
];

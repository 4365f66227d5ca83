import assert from 'node:assert/strict';
import { KeyNotFoundError, NoEncryptionKeyError } from '../model';
import { bytes, plain, refusal, same, take } from './expect';
import type { Rule } from './rule';

/** What every store promises of sensitive values. */
export const secretRules: readonly Rule[] = [
  {
    name: 'encrypts a sensitive value, or refuses it and writes nothing',
    async check({ open }) {
      const store = await open();
      const writes = [
        () => store.setJson('/secret', 's', { sensitive: true }),
        () => store.compareAndSet('/secret', 0, 's', { sensitive: true }),
        () => store.transaction([{ type: 'set', key: '/secret', value: 's', sensitive: true }]),
      ];
      for (const write of writes) {
        if (store.capabilities.encrypts) await write();
        else await refusal(write, NoEncryptionKeyError);
        assert.equal(await store.delete('/secret'), store.capabilities.encrypts);
      }
    },
  },
  {
    name: 'keeps sensitive values from watches and lists',
    needs: 'encrypts',
    async check({ open }) {
      const store = await open();
      const watch = store.watch('/secret');
      await store.setJson('/secret', { password: 'p' }, { sensitive: true });
      await store.update('/secret', { more: 1 });
      const events = await take(watch, 2);
      assert.ok(events.every((event) => event.value === undefined && event.sensitive === true));
      const { items } = await store.list('/', { values: true });
      assert.equal(items[0]?.sensitive, true);
      assert.equal(items[0] && 'value' in items[0], false);
      await store.setJson('/secret', 'open', { sensitive: false });
      assert.equal((await take(watch, 1))[0]?.value, 'open');
      await watch.return();
    },
  },
  {
    name: 'gives a sensitive value to those who read its key',
    needs: 'encrypts',
    async check({ open }) {
      const store = await open();
      await store.setJson('/secret', { password: 'p' }, { sensitive: true });
      assert.equal(await store.update('/secret', { more: [1, null] }), 2);
      same(await store.getJson('/secret'), { password: 'p', more: [1, null] });
      const entry = await store.getEntry('/secret');
      same([entry?.value, entry?.sensitive, entry?.version], [{ password: 'p', more: [1, null] }, true, 2]);
      const blob = bytes('secret bytes');
      await store.set('/bytes', blob, { sensitive: true });
      same(plain(await store.get('/bytes')), plain(blob));
      await store.transaction([
        { type: 'set', key: '/secret', value: 's', sensitive: true },
        { type: 'set', key: '/bytes', value: bytes('') },
      ]);
      assert.equal(await store.getJson('/secret'), 's');
      same(plain(await store.get('/bytes')), []);
      await store.delete('/secret');
      assert.equal(await store.get('/secret'), undefined);
      await refusal(() => store.update('/secret', {}), KeyNotFoundError);
    },
  },
  {
    name: 'keeps a sensitive value sensitive until it is said otherwise, or deleted',
    needs: 'encrypts',
    async check({ open }) {
      const store = await open();
      const isSensitive = async () => (await store.getEntry('/secret'))?.sensitive === true;
      await store.setJson('/secret', 1, { sensitive: true });
      const plainWrites = [
        () => store.setJson('/secret', {}),
        () => store.update('/secret', { a: 1 }),
        async () => store.compareAndSet('/secret', await store.version('/secret'), 2),
        () => store.transaction([{ type: 'set', key: '/secret', value: 3 }]),
      ];
      for (const write of plainWrites) {
        await write();
        assert.equal(await isSensitive(), true);
      }
      await store.setJson('/secret', 4, { sensitive: false });
      assert.equal(await isSensitive(), false);
      await store.setJson('/secret', 5, { sensitive: true });
      await store.delete('/secret');
      await store.setJson('/secret', 6);
      assert.equal(await isSensitive(), false);
    },
  },
];

import assert from 'node:assert/strict';
import type { JsonValue } from '@nexus-state/documents';
import { InvalidKeyError, NotJsonError, UnsupportedValueError, ValueTooLargeError, maxValueBytes } from '..';
import { allKeys, bytes, plain, refusal, same } from './expect';
import type { Rule } from './rule';

const keys = [
  'a',
  '/a',
  'A',
  '/a/b',
  'user:123',
  '/a%2Fb',
  '/a b',
  '/a?b=c&d',
  '/a#b',
  '/a+b',
  '/a;b',
  '/a\'b"c',
  '/\u00e9',
  '/e\u0301',
  '/\u{1f600}',
  '/\uffee',
  '/__proto__',
  '/a*b',
  '/...',
  `/${'k'.repeat(1023)}`,
];

const badKeys = [
  '',
  '/',
  '//a',
  'a//b',
  '/a/',
  'a/',
  '.',
  '..',
  '/a/./b',
  '/a/..',
  'a\u0000b',
  'a\nb',
  'a\u007fb',
  'a\u0085b',
  '\ud800',
  'k'.repeat(1025),
  `/${'é'.repeat(512)}`,
];

const documents: JsonValue[] = [
  null,
  true,
  0,
  -1.5e-7,
  '',
  'é\u{1f600}',
  [],
  {},
  [1, [2, { three: [3] }]],
  { b: 1, a: { '': null }, '10': 'ten', '9': 'nine' },
  JSON.parse('{"__proto__":{"x":1}}') as JsonValue,
];

export const valueRules: readonly Rule[] = [
  {
    name: 'gives back the bytes that were set',
    async check({ open }) {
      const store = await open();
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      assert.equal(await store.set('/bytes', all), 1);
      same(plain(await store.get('/bytes')), plain(all));
      same(plain((await store.getEntry('/bytes'))?.value), plain(all));
      await store.set('/empty', new Uint8Array());
      same(plain(await store.get('/empty')), []);
      assert.equal(await store.get('/nothing'), undefined);
      assert.equal(await store.getEntry('/nothing'), undefined);
    },
  },
  {
    name: 'gives back JSON that equals what was set',
    async check({ open }) {
      const store = await open();
      for (const [index, document] of documents.entries()) {
        await store.setJson(`/json/${index}`, document);
        same(await store.getJson(`/json/${index}`), document);
        same((await store.getEntry(`/json/${index}`))?.value, document);
      }
      assert.equal(await store.getJson('/nothing'), undefined);
    },
  },
  {
    name: 'gives the text of JSON as bytes',
    async check({ open }) {
      const store = await open();
      await store.setJson('/json', { b: [1, 'é'], a: null });
      same(plain(await store.get('/json')), plain(bytes('{"a":null,"b":[1,"é"]}')));
    },
  },
  {
    name: 'refuses to read bytes as JSON',
    async check({ open }) {
      const store = await open();
      await store.set('/bytes', bytes('{}'));
      const { key } = await refusal(() => store.getJson('/bytes'), NotJsonError);
      assert.equal(key, '/bytes');
    },
  },
  {
    name: 'holds a value of 1 MiB, and refuses a larger one',
    async check({ open }) {
      const store = await open();
      const largest = new Uint8Array(maxValueBytes).fill(7);
      await store.set('/bytes', largest);
      assert.equal((await store.get('/bytes'))?.byteLength, maxValueBytes);
      await store.setJson('/json', 'x'.repeat(maxValueBytes - 2));
      assert.equal((await store.get('/json'))?.byteLength, maxValueBytes);
      const { sizeBytes, limitBytes } = await refusal(
        () => store.set('/bytes', new Uint8Array(maxValueBytes + 1)),
        ValueTooLargeError,
      );
      same([sizeBytes, limitBytes], [maxValueBytes + 1, maxValueBytes]);
      await refusal(() => store.setJson('/json', 'é'.repeat(maxValueBytes / 2)), ValueTooLargeError);
      await store.setJson('/merged', { a: 'x'.repeat(maxValueBytes / 2) });
      await refusal(() => store.update('/merged', { b: 'x'.repeat(maxValueBytes / 2) }), ValueTooLargeError);
      assert.equal(await store.version('/merged'), 1);
    },
  },
  {
    name: 'refuses values that JSON cannot express',
    async check({ open }) {
      const store = await open();
      const bad = [
        undefined,
        () => 1,
        10n,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        2 ** 53,
        '\ud800',
        'a\u0000b',
      ];
      for (const value of bad) {
        await refusal(() => store.setJson('/bad', value as JsonValue), UnsupportedValueError);
      }
      const { pointer, reason } = await refusal(
        () => store.setJson('/bad', { a: [1, 'b\u0000'] }),
        UnsupportedValueError,
      );
      same([pointer, reason], ['/a/1', 'it contains the character U+0000.']);
      await refusal(() => store.setJson('/bad', bytes('x') as unknown as JsonValue), UnsupportedValueError);
      await refusal(() => store.set('/bad', 'text' as unknown as Uint8Array), UnsupportedValueError);
      assert.equal(await store.exists('/bad'), false);
    },
  },
  {
    name: 'keeps the bytes of a call, whatever happens to its buffer later',
    async check({ open }) {
      const store = await open();
      const buffer = bytes('before');
      const written = store.set('/buffer', buffer);
      buffer.fill(0);
      await written;
      const read = (await store.get('/buffer')) as Uint8Array;
      same(plain(read), plain(bytes('before')));
      read.fill(0);
      same(plain(await store.get('/buffer')), plain(bytes('before')));
    },
  },
  {
    name: 'keeps keys apart that differ in any byte',
    async check({ open }) {
      const store = await open();
      for (const key of keys) await store.setJson(key, { key });
      for (const key of keys) {
        same(await store.getJson(key), { key });
        assert.equal((await store.getEntry(key))?.key, key);
      }
      assert.equal((await allKeys(store)).length, keys.length);
    },
  },
  {
    name: 'refuses keys that break the rules, in every method',
    async check({ open }) {
      const store = await open();
      for (const key of badKeys) {
        const { reason } = await refusal(() => store.get(key), InvalidKeyError);
        assert.notEqual(reason, '');
      }
      const key = '/a//b';
      const calls = [
        () => store.getJson(key),
        () => store.getEntry(key),
        () => store.exists(key),
        () => store.version(key),
        () => store.set(key, bytes('x')),
        () => store.setJson(key, 1),
        () => store.update(key, {}),
        () => store.delete(key),
        () => store.compareAndSet(key, 0, 1),
        () => store.createIfNotExists(key, 1),
        () => store.transaction([{ type: 'set', key, value: 1 }]),
        () => store.transaction([{ type: 'checkVersion', key, version: 0 }]),
        () => store.watch(key),
        () => store.watch(`${key}/*`),
        () => store.watch('user:*'),
        () => store.list('\u0000'),
      ];
      for (const call of calls) await refusal(call, InvalidKeyError);
    },
  },
];

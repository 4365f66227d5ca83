import * as fc from 'fast-check';
import { StateTooDeep, UnsupportedValue } from '../errors';
import { jsonValue } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { canonicalJson } from './canonical-json';
import { bytesPerCharacter, checkFaithful } from './faithful-json';
import type { JsonValue } from './json-value';

function culprit(value: JsonValue, maxDepth = 128, pointer = ''): unknown {
  try {
    checkFaithful(value, maxDepth, pointer);
    return undefined;
  } catch (error) {
    if (error instanceof UnsupportedValue || error instanceof StateTooDeep) return error.facts['pointer'];
    throw error;
  }
}

describe('checkFaithful', () => {
  it.each<[string, JsonValue, string]>([
    ['U+0000 in a string', { a: ['x', 'y\u0000'] }, '/a/1'],
    ['U+0000 in a key', { a: { 'b\u0000': 1 } }, '/a/b\u0000'],
    ['a lone high surrogate', { a: '\ud800' }, '/a'],
    ['a lone low surrogate', ['\udc00x'], '/0'],
    ['surrogates in the wrong order', '\udc00\ud800', ''],
    ['a lone surrogate in a key', { '\ud83d': 1 }, '/\ud83d'],
    ['2^53', { n: 2 ** 53 }, '/n'],
    ['−2^53', [[-(2 ** 53)]], '/0/0'],
    ['1e300, an integer to a double', { n: 1e300 }, '/n'],
    ['infinity', { n: JSON.parse('1e999') as number }, '/n'],
    ['a culprit behind keys that need escaping', { 'a/b': { 'm~n': '\u0000' } }, '/a~1b/m~0n'],
    ['a culprit behind an empty key', { '': { '': '\u0000' } }, '//'],
  ])('refuses %s and says where', (_, value, pointer) => {
    expect(() => checkFaithful(value, 128)).toThrow(UnsupportedValue);
    expect(culprit(value)).toBe(pointer);
  });

  it('puts the pointer it was given in front', () => {
    expect(culprit({ a: '\u0000' }, 128, '/patches/0/value')).toBe('/patches/0/value/a');
  });

  it.each<[string, JsonValue]>([
    ['2^53 − 1', 2 ** 53 - 1],
    ['fractions, tiny and negative numbers', [0.1, -1e-300, -0]],
    ['surrogate pairs', { '😀': '😀' }],
    ['other control characters', '\u0001\u001f\u007f'],
  ])('accepts %s', (_, value) => {
    expect(culprit(value)).toBeUndefined();
  });

  it('counts depth by nesting: as deep as the limit is fine, one more is not', () => {
    const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(culprit(nested(128))).toBeUndefined();
    expect(() => checkFaithful(nested(129), 128)).toThrow(StateTooDeep);
    expect(culprit({ a: { b: {} } }, 2)).toBe('/a/b');
    expect(culprit('leaf', 0)).toBeUndefined();
  });

  it('refuses 100,000 levels without running out of stack', () => {
    let value: JsonValue = 1;
    for (let depth = 0; depth < 100_000; depth++) value = { a: value };
    expect(() => checkFaithful(value, 128)).toThrow(StateTooDeep);
  });

  it('counts characters, by which the size of the text is bounded', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const characters = checkFaithful(value, 128);
        const size = bytesOf(canonicalJson(value));
        expect(characters).toBeLessThanOrEqual(size);
        expect(characters * bytesPerCharacter).toBeGreaterThanOrEqual(size);
      }),
      runs(500),
    );
  });

  it('accepts every faithful value', () => {
    fc.assert(
      fc.property(jsonValue, (value) => culprit(value) === undefined),
      runs(500),
    );
  });
});

/** The UTF-8 bytes of a text. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

import fc from 'fast-check';
import { runs } from '@nexus-state/documents/testing';
import { checkKey, compareKeys, matches, prefixEnd, prefixesOf, readPattern, utf8Length } from '.';

const text = fc.string({ unit: 'binary' });

describe('keys', () => {
  it('have the length and the order of their bytes in UTF-8', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(utf8Length(a)).toBe(Buffer.byteLength(a));
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      runs(2_000),
    );
  });

  it('have a prefix exactly where they are between it and its end', () => {
    const unit = fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 4 }), fc.string({ unit, maxLength: 3 }), (key, prefix) => {
        const end = prefixEnd(prefix);
        const isBetween = compareKeys(key, prefix) >= 0 && (end === undefined || compareKeys(key, end) < 0);
        expect(isBetween).toBe(key.startsWith(prefix));
      }),
      runs(5_000),
    );
  });

  it('say which rule they break', () => {
    expect(() => checkKey('/a//b')).toThrow(
      'The key "/a//b" is not valid: it has an empty segment: slashes neither double nor end a key.',
    );
  });
});

describe('patterns', () => {
  it('match a key by one of its prefixes exactly where the key matches', () => {
    const segment = fc.constantFrom('a', 'b', '*', 'é');
    const key = fc.tuple(fc.constantFrom('', '/'), fc.array(segment, { minLength: 1, maxLength: 4 }));
    const pattern = fc.oneof(
      key.map(([start, segments]) => `${start}${segments.join('/')}/*`),
      fc.constantFrom('*', '/*'),
    );
    fc.assert(
      fc.property(key, pattern, ([start, segments], patternText) => {
        const name = start + segments.join('/');
        const read = readPattern(patternText);
        const isFound = read.kind === 'prefix' && prefixesOf(name).includes(read.prefix);
        expect(isFound).toBe(matches(read, name));
        expect(isFound).toBe(name.startsWith(patternText.slice(0, -1)));
      }),
      runs(2_000),
    );
  });
});

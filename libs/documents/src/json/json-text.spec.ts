import { JsonText, holdsText, largeSourceOf, largeText, noteSource, textAround } from './json-text';

describe('textAround', () => {
  it('takes texts as they are, and writes the rest canonically', () => {
    const value = { b: [{ z: 1, patch: new JsonText('[{"op":"test"}]'), a: undefined }], a: { d: 1, c: 2 } };
    expect(textAround(value)).toBe('{"a":{"c":2,"d":1},"b":[{"patch":[{"op":"test"}],"z":1}]}');
  });

  it('is the canonical text where there is no text', () => {
    expect(textAround({ b: [1, null], a: 'x' })).toBe('{"a":"x","b":[1,null]}');
  });

  it('looks for texts three levels deep', () => {
    const text = new JsonText('1');
    expect([holdsText({ a: [{ b: text }] }), holdsText({ a: [{ b: { c: text } }] })]).toEqual([true, false]);
  });

  it('is not needed where a text is written by the engine', () => {
    expect(JSON.stringify({ a: new JsonText('{"b":[1]}') })).toBe('{"a":{"b":[1]}}');
  });
});

describe('a source', () => {
  it('is known where it was noted and is large', () => {
    const [large, small] = [{ a: 1 }, { b: 1 }];
    noteSource(large, 'x'.repeat(largeText + 1));
    noteSource(small, 'x'.repeat(largeText));
    const found = [large, small, { c: 1 }, 'text', null].map((value) => largeSourceOf(value)?.length);
    expect(found).toEqual([largeText + 1, undefined, undefined, undefined, undefined]);
  });
});

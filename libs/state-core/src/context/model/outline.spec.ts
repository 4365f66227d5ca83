import type { JsonValue } from '@nexus-state/documents';
import fc from 'fast-check';
import { childrenOf, outOfMarkup, outlineOf, outlinesOf } from './outline';
import { PointerGlobs } from './pointer-globs';

const long = 'x'.repeat(250);

describe('outlineOf', () => {
  it('writes a short value on one line', () => {
    expect(outlineOf({ b: 1, a: [true, null] }, 'plain')).toEqual({
      text: '{"a":[true,null],"b":1}\n',
      nodes: [{ pointer: '', start: 0, end: 23, first: 0, last: 0, size: 1 }],
    });
  });

  it('gives the members of a longer one a line each', () => {
    const { text, nodes } = outlineOf({ 'a/b': long, c: [1] }, 'plain');
    expect(text).toBe(`{\n"a/b":"${long}",\n"c":[1]\n}\n`);
    expect(nodes.map(({ pointer }) => pointer)).toEqual(['', '/a~1b', '/c']);
    expect([...childrenOf(nodes, 0)]).toEqual([1, 2]);
  });

  it('replaces what XML does not allow, and can be read back', () => {
    const value = { a: `<b>&${long}\uffff` };
    const { text } = outlineOf(value, 'xml');
    expect(text).not.toMatch(/[<>\uffff]/);
    expect(JSON.parse(outOfMarkup(text, 'xml'))).toEqual(value);
  });

  it('holds every value as its pointer says, and lines that count alone', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme', maxDepth: 5 }), fc.nat(300), (json, padding) => {
        const value = { json, padding: 'y'.repeat(padding) } as JsonValue;
        const { text, nodes } = outlineOf(value, 'plain');
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        for (const line of text.split(/(?<=\n)/)) expect(line).toMatch(/^[^\s/][^\n]*\n$/u);
        for (const { pointer, start, end } of nodes) {
          const [found] = new PointerGlobs([pointer.replaceAll('*', '')]).select(value);
          if (found && !pointer.includes('*'))
            expect(JSON.parse(text.slice(start, end))).toEqual(JSON.parse(JSON.stringify(found.value)));
        }
      }),
    );
  });
});

describe('outlinesOf', () => {
  const state = { rooms: { a: { lamp: 1, door: 2 }, b: { lamp: 3 } }, lamp: 4 };

  it.each([
    [['/rooms/*/lamp'], ['/rooms/a/lamp', '/rooms/b/lamp']],
    [['/**/lamp'], ['/lamp', '/rooms/a/lamp', '/rooms/b/lamp']],
    [['/rooms/**'], ['/rooms']],
    [['/rooms/a', '/rooms/a/lamp'], ['/rooms/a']],
    [['/none'], []],
    [[''], ['']],
  ])('gives the values at %j', (globs, pointers) => {
    const found = outlinesOf(state, 'plain', new PointerGlobs(globs));
    expect(found.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

import * as fc from 'fast-check';
import { PatchFailed } from '../errors';
import type { JsonValue } from '../json';
import { patchCase } from '../testing/arbitraries';
import { deepFreeze, runs } from '../testing/runs';
import { applyPatch } from './apply-patch';
import type { PatchRequest } from './operation';

const json = (text: string): JsonValue => JSON.parse(text) as JsonValue;

function failure(document: JsonValue, patch: PatchRequest): PatchFailed['facts'] {
  try {
    applyPatch(document, patch);
  } catch (error) {
    if (error instanceof PatchFailed) return error.facts;
    throw error;
  }
  throw new Error('The patch was applied.');
}

describe('applyPatch', () => {
  it('gives what a model of the document gives, and never changes what it was given', () => {
    fc.assert(
      fc.property(patchCase(), ({ state, patch, expected }) => {
        deepFreeze([state, patch]);
        const result = applyPatch(state, patch);
        expect(result.value).toEqual(expected);
        // The patch as recorded has no increments left and leads to the same.
        expect(result.patch.some(({ op }) => (op as string) === 'inc')).toBe(false);
        expect(applyPatch(state, result.patch).value).toEqual(expected);
      }),
      runs(1000),
    );
  });

  it('shares what the patch does not touch', () => {
    const document = { a: { deep: { x: 1 } }, b: { y: [1, 2] } };
    const { value } = applyPatch(document, [{ op: 'replace', path: '/a/deep/x', value: 2 }]);
    expect((value as typeof document).b).toBe(document.b);
    expect((value as typeof document).a).not.toBe(document.a);
  });

  it('keeps the two places of a copy apart', () => {
    const { value } = applyPatch({ a: { x: { n: 0 } } }, [
      { op: 'replace', path: '/a/x/n', value: 1 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'replace', path: '/b/x/n', value: 2 },
      { op: 'replace', path: '/a/x/n', value: 3 },
    ]);
    expect(value).toEqual({ a: { x: { n: 3 } }, b: { x: { n: 2 } } });
  });

  it('keeps a value of the patch apart from the document', () => {
    const patch: PatchRequest = [
      { op: 'add', path: '/a', value: { list: [] } },
      { op: 'add', path: '/a/list/-', value: 1 },
    ];
    expect(applyPatch({}, patch).value).toEqual({ a: { list: [1] } });
    expect(applyPatch({}, patch).value).toEqual({ a: { list: [1] } });
  });

  it('applies all of a patch or nothing, and says which operation failed', () => {
    const document = deepFreeze({ a: 1 });
    expect(
      failure(document, [
        { op: 'add', path: '/b', value: 2 },
        { op: 'remove', path: '/c' },
      ]),
    ).toEqual({ operationIndex: 1, path: '/c', reason: 'there is no value.' });
  });

  it('takes an empty patch', () => {
    const document = { a: 1 };
    expect(applyPatch(document, []).value).toBe(document);
  });

  it.each<[string, PatchRequest]>([
    ['remove the whole', [{ op: 'remove', path: '' }]],
    ['move into itself', [{ op: 'move', from: '/o', path: '/o/x' }]],
    ['move the whole into itself', [{ op: 'move', from: '', path: '/x' }]],
    ['test what is not there', [{ op: 'test', path: '/none', value: 1 }]],
    ['read inherited members', [{ op: 'copy', from: '/constructor', path: '/x' }]],
    ['reach the prototype', [{ op: 'add', path: '/__proto__/polluted', value: true }]],
    [
      'reach a prototype by way of the constructor',
      [{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }],
    ],
    ['go below a string', [{ op: 'add', path: '/s/0', value: 1 }]],
    ['go below null', [{ op: 'add', path: '/z/0', value: 1 }]],
    ['use the length of an array', [{ op: 'replace', path: '/l/length', value: 0 }]],
    ['use an index with a leading zero', [{ op: 'remove', path: '/l/00' }]],
    ['read behind the last element', [{ op: 'remove', path: '/l/-' }]],
    ['replace behind the last element', [{ op: 'replace', path: '/l/1', value: 0 }]],
    ['use what is no pointer', [{ op: 'remove', path: 'o' }]],
    ['use what is no pointer as source', [{ op: 'copy', from: 'o', path: '/x' }]],
    ['use a broken escape', [{ op: 'add', path: '/a~2', value: 0 }]],
  ])('does not %s', (_, patch) => {
    expect(failure({ o: {}, s: 'text', z: null, l: [1], n: 1 }, patch)['operationIndex']).toBe(0);
    expect('polluted' in {}).toBe(false);
  });

  it('moves a value onto itself when it is there', () => {
    expect(applyPatch({ a: 1 }, [{ op: 'move', from: '/a', path: '/a' }]).value).toEqual({ a: 1 });
    expect(failure({}, [{ op: 'move', from: '/a', path: '/a' }])['operationIndex']).toBe(0);
  });

  it('moves within an array by the indices after the removal', () => {
    const move = (from: number, to: number): JsonValue =>
      applyPatch(['a', 'b', 'c'], [{ op: 'move', from: `/${from}`, path: `/${to}` }]).value;
    expect(move(0, 2)).toEqual(['b', 'c', 'a']);
    expect(move(2, 0)).toEqual(['c', 'a', 'b']);
  });

  describe('with keys that are data, of any name', () => {
    it('adds, edits, tests, moves and removes a member "__proto__"', () => {
      const { value } = applyPatch({}, [
        { op: 'add', path: '/__proto__', value: { polluted: 1 } },
        { op: 'add', path: '/__proto__/more', value: 2 },
        { op: 'test', path: '/__proto__', value: { polluted: 1, more: 2 } },
        { op: 'copy', from: '/__proto__', path: '/constructor' },
        { op: 'replace', path: '/constructor/more', value: 3 },
      ]);
      expect(JSON.stringify(value)).toBe(
        '{"__proto__":{"polluted":1,"more":2},"constructor":{"polluted":1,"more":3}}',
      );
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(applyPatch(value, [{ op: 'remove', path: '/__proto__' }]).value).toEqual({
        constructor: { polluted: 1, more: 3 },
      });
      expect('polluted' in {}).toBe(false);
    });

    it('copies an object that holds "__proto__" member by member', () => {
      const { value } = applyPatch(json('{"__proto__":{"a":1},"b":2}'), [
        { op: 'replace', path: '/b', value: 3 },
      ]);
      expect(JSON.stringify(value)).toBe('{"__proto__":{"a":1},"b":3}');
    });

    it('takes numbers, "-" and the empty text as keys of objects', () => {
      const { value } = applyPatch({}, [
        { op: 'add', path: '/0', value: 'zero' },
        { op: 'add', path: '/-', value: 'dash' },
        { op: 'add', path: '/', value: 'empty' },
        { op: 'add', path: '/01', value: 'padded' },
      ]);
      expect(value).toEqual({ '0': 'zero', '-': 'dash', '': 'empty', '01': 'padded' });
    });
  });

  describe('inc', () => {
    it('adds to a number and is recorded as the replacement it came to', () => {
      const { value, patch } = applyPatch({ n: 1 }, [
        { op: 'inc', path: '/n', value: 2 },
        { op: 'inc', path: '/n', value: -0.5 },
      ]);
      expect(value).toEqual({ n: 2.5 });
      expect(patch).toEqual([
        { op: 'replace', path: '/n', value: 3 },
        { op: 'replace', path: '/n', value: 2.5 },
      ]);
    });

    it.each<[string, JsonValue, number]>([
      ['what is not a number', { n: '1' }, 1],
      ['what is not there', {}, 1],
      ['past 2^53 − 1', { n: 2 ** 53 - 1 }, 1],
      ['below −(2^53 − 1)', { n: -(2 ** 53) + 1 }, -1],
      ['a number that the amount is too small to change', { n: 1 }, 1e-20],
      ['the largest integer, a fraction that would be lost', { n: 2 ** 53 - 1 }, 0.25],
    ])('refuses to add to %s', (_, document, value) => {
      expect(failure(document, [{ op: 'inc', path: '/n', value }])['path']).toBe('/n');
    });

    it('says when an amount would be lost', () => {
      expect(failure({ n: 1 }, [{ op: 'inc', path: '/n', value: 1e-20 }])['reason']).toBe(
        'the amount is too small to change the number there.',
      );
    });
  });
});

import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json';
import { jsonState, jsonValue, patchCase } from '../testing/arbitraries';
import { deepFreeze, runs } from '../testing/runs';
import { AlignmentBudget, alignArrays } from './align-arrays';
import { applyPatch } from './apply-patch';
import { compareStates, compareValues } from './compare';
import { equalJson } from './equal-json';

describe('compareStates', () => {
  it('leads from one state to another', () => {
    fc.assert(
      fc.property(jsonState, jsonState, (from, to) => {
        deepFreeze([from, to]);
        expect(applyPatch(from, compareStates(from, to)).value).toEqual(to);
      }),
      runs(750),
    );
  });

  it('leads from a state to what a patch made of it', () => {
    fc.assert(
      fc.property(patchCase(), ({ state, expected }) => {
        expect(applyPatch(state, compareStates(state, expected as JsonObject)).value).toEqual(expected);
      }),
      runs(750),
    );
  });

  it('is empty for equal states, in any order of their members', () => {
    expect(compareStates({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toEqual([]);
  });

  it('replaces the whole where that is shorter', () => {
    const from = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`key${number}`, number]));
    expect(compareStates(from, { a: 1 })).toEqual([{ op: 'replace', path: '', value: { a: 1 } }]);
  });

  it('treats "__proto__" as a key like others', () => {
    const from = JSON.parse('{"a":1}') as JsonObject;
    const to = JSON.parse('{"a":1,"__proto__":{"x":1}}') as JsonObject;
    expect(compareStates(from, to)).toEqual([{ op: 'add', path: '/__proto__', value: { x: 1 } }]);
    expect(compareStates(to, from)).toEqual([{ op: 'remove', path: '/__proto__' }]);
  });
});

describe('compareValues', () => {
  const range = (length: number): number[] => Array.from({ length }, (_, number) => number);

  it.each<[string, JsonValue, JsonValue, unknown]>([
    ['an insertion at the front', range(1000), [-1, ...range(1000)], [{ op: 'add', path: '/0', value: -1 }]],
    [
      'a removal in the middle',
      range(1000),
      range(1000).filter((n) => n !== 500),
      [{ op: 'remove', path: '/500' }],
    ],
    [
      'an edit of an element',
      [{ id: 1, n: 1 }, { id: 2 }],
      [{ id: 1, n: 2 }, { id: 2 }],
      [{ op: 'replace', path: '/0/n', value: 2 }],
    ],
    [
      'a removal and an insertion apart from each other',
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'c', 'd', 'x', 'e'],
      [
        { op: 'remove', path: '/1' },
        { op: 'add', path: '/3', value: 'x' },
      ],
    ],
    [
      'an array that becomes an object',
      { a: [1] },
      { a: { '0': 1 } },
      [{ op: 'replace', path: '/a', value: { '0': 1 } }],
    ],
    ['null that becomes an object', { a: null }, { a: {} }, [{ op: 'replace', path: '/a', value: {} }]],
  ])('says %s in as few words', (_, from, to, patch) => {
    expect(compareValues(from, to)).toEqual(patch);
  });

  it('leads from any value to any other', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (from, to) => {
        expect(applyPatch(from, compareValues(from, to)).value).toEqual(to);
        expect(compareValues(from, to).length === 0).toBe(equalJson(from, to));
      }),
      runs(500),
    );
  });

  it('leads from any array of few letters to any other', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40, size: 'max' });
    fc.assert(
      fc.property(letters, letters, (from, to) => {
        expect(applyPatch(from, compareValues(from, to)).value).toEqual(to);
      }),
      runs(500),
    );
  });

  it('stays quick where nearly everything differs', () => {
    const from = range(20_000);
    const to = from.map((n) => -n - 1);
    const started = performance.now();
    expect(compareValues(from, to)).toEqual([{ op: 'replace', path: '', value: to }]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('equalJson', () => {
  it('compares numbers by value and members in any order', () => {
    expect(equalJson({ a: 1.0, b: -0 }, { b: 0, a: 1 })).toBe(true);
  });

  it.each<[JsonValue, JsonValue]>([
    [[], {}],
    [null, {}],
    ['1', 1],
    [{ a: null }, {}],
    [{ toString: 1 }, { valueOf: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
  ])('tells %j from %j', (left, right) => {
    expect(equalJson(left, right)).toBe(false);
    expect(equalJson(right, left)).toBe(false);
  });
});

describe('comparing what is hostile', () => {
  const digits = (length: number, digit: (index: number) => number) =>
    Array.from({ length }, (_, i) => digit(i));

  it.each<[string, JsonObject, JsonObject]>([
    [
      'arrays of small elements, all different',
      { list: digits(200_000, (i) => i % 7) },
      { list: digits(200_000, (i) => (i * 5 + 3) % 9) },
    ],
    [
      'periodic arrays, where many ways lead far',
      { list: digits(200_000, (i) => i % 2) },
      { list: [...digits(100_000, (i) => i % 2), 2, 2, ...digits(99_000, (i) => (i + 1) % 2), 2] },
    ],
    [
      'many arrays of a few hundred elements',
      { lists: digits(500, (i) => i).map((n) => digits(400, (i) => (i * 3 + n) % 10)) as never },
      { lists: digits(500, (i) => i).map((n) => digits(400, (i) => (i * 7 + n + 1) % 11)) as never },
    ],
    [
      'long pointers to many small changes',
      { ['k'.repeat(100_000)]: Object.fromEntries(digits(1000, (i) => i).map((i) => [`n${i}`, 0])) },
      { ['k'.repeat(100_000)]: Object.fromEntries(digits(1000, (i) => i).map((i) => [`n${i}`, 1])) },
    ],
  ])('gives a patch that is little longer than the new state: %s', (_, from, to) => {
    const patch = compareStates(from, to);
    expect(JSON.stringify(patch).length).toBeLessThan(JSON.stringify(to).length + 20_000);
    expect(equalJson(applyPatch(from, patch).value, to)).toBe(true);
    const values = compareValues(from, to);
    expect(JSON.stringify(values).length).toBeLessThan(JSON.stringify(to).length + 20_000);
    expect(equalJson(applyPatch(from, values).value, to)).toBe(true);
  });

  it('takes no more steps to align arrays than its budget has', () => {
    const budget = new AlignmentBudget();
    const [from, to] = [digits(200_000, (i) => i % 2), digits(200_000, (i) => (i % 3 === 0 ? 1 : 0))];
    alignArrays(from, to, budget);
    expect(budget.stepsLeft).toBeGreaterThan(-1000);
    expect(alignArrays([1, 2, 3, 4], [2, 3, 4, 5], { stepsLeft: 0 })).toEqual([
      { fromStart: 0, fromEnd: 4, toStart: 0, toEnd: 4 },
    ]);
  });
});

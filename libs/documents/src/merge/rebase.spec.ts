import { PatchFailed } from '../errors';
import type { JsonObject, JsonValue } from '../json';
import type { JsonPatch } from '../patch';
import { type Short, conflicts, merged, overwritten, patchOf, settle } from '../testing/settle';
import { rebase } from './rebase';

// prettier-ignore
/** What happens, the base, theirs, yours, and what comes of it. */
const survivors: readonly [string, JsonObject, Short[], Short[], JsonValue][] = [
  ['different members', { a: 1, b: 1 }, [['replace', '/a', 2]], [['replace', '/b', 3]], { a: 2, b: 3 }],
  ['new members', {}, [['add', '/a', 1]], [['add', '/b', 2]], { a: 1, b: 2 }],
  ['deep inside one value', { o: { x: { p: 1, q: 1 } } }, [['replace', '/o/x/p', 2]], [['remove', '/o/x/q']], { o: { x: { p: 2 } } }],
  ['different elements', { l: [1, 2, 3] }, [['replace', '/l/0', 9]], [['replace', '/l/2', 7]], { l: [9, 2, 7] }],
  ['an edit behind an insertion', { l: ['a', 'b'] }, [['add', '/l/0', 'x']], [['replace', '/l/1', 'B']], { l: ['x', 'a', 'B'] }],
  ['an edit behind a removal', { l: ['a', 'b', 'c'] }, [['remove', '/l/0']], [['replace', '/l/2', 'C']], { l: ['b', 'C'] }],
  ['a removal behind a removal', { l: ['a', 'b', 'c'] }, [['remove', '/l/0']], [['remove', '/l/2']], { l: ['b'] }],
  ['a removal before an insertion', { l: ['a', 'b', 'c'] }, [['add', '/l/3', 'd']], [['remove', '/l/0']], { l: ['b', 'c', 'd'] }],
  ['two appends, theirs first', { l: ['a'] }, [['add', '/l/-', 't']], [['add', '/l/-', 'y']], { l: ['a', 't', 'y'] }],
  ['two insertions at one place', { l: ['a', 'b'] }, [['add', '/l/1', 't']], [['add', '/l/1', 'y']], { l: ['a', 't', 'y', 'b'] }],
  ['two equal appends', { l: [] }, [['add', '/l/-', 'x']], [['add', '/l/-', 'x']], { l: ['x', 'x'] }],
  ['an append where they removed the last', { l: ['a', 'b'] }, [['remove', '/l/1']], [['add', '/l/-', 'y']], { l: ['a', 'y'] }],
  ['several insertions and removals', { l: ['a', 'b', 'c', 'd'] }, [['remove', '/l/1'], ['add', '/l/1', 'T']], [['add', '/l/4', 'Y'], ['remove', '/l/0']], { l: ['T', 'c', 'd', 'Y'] }],
  ['removals of one value', { a: 1, b: 2 }, [['remove', '/a']], [['remove', '/a']], { b: 2 }],
  ['a removal inside what was removed', { o: { x: 1 } }, [['remove', '/o']], [['remove', '/o/x']], {}],
  ['the same value written', { a: 1 }, [['replace', '/a', { x: [1] }]], [['replace', '/a', { x: [1] }]], { a: { x: [1] } }],
  ['the same member added', {}, [['add', '/a', { x: 1 }]], [['add', '/a', { x: 1 }]], { a: { x: 1 } }],
  ['an edit inside a value that moved', { a: { x: 1 } }, [['move', '/a', '/b']], [['replace', '/a/x', 2]], { b: { x: 2 } }],
  ['a move of a value edited inside', { a: { x: 1 } }, [['replace', '/a/x', 2]], [['move', '/a', '/b']], { b: { x: 2 } }],
  ['an edit of an element that moved', { l: [{ n: 1 }, { n: 2 }] }, [['move', '/l/0', '/l/1']], [['replace', '/l/0/n', 9]], { l: [{ n: 2 }, { n: 9 }] }],
  ['a replacement of a value that moved', { a: 1 }, [['move', '/a', '/b']], [['replace', '/a', 2]], { b: 2 }],
  ['the same move', { a: { x: 1 } }, [['move', '/a', '/b']], [['move', '/a', '/b']], { b: { x: 1 } }],
  ['an edit inside what moved into a new value', { a: { x: 1 } }, [['add', '/box', {}], ['move', '/a', '/box/a']], [['replace', '/a/x', 2]], { box: { a: { x: 2 } } }],
  ['a member moved out, another edited', { o: { x: 1, y: 1 } }, [['move', '/o/x', '/x']], [['replace', '/o/y', 2]], { o: { y: 2 }, x: 1 }],
  ['an edit inside what was moved out and moved on', { o: { x: { n: 1 } } }, [['move', '/o/x', '/x'], ['move', '/x', '/z']], [['replace', '/o/x/n', 2]], { o: {}, z: { n: 2 } }],
  ['a copy, and an edit of what was copied', { a: { n: 1 } }, [['replace', '/a/n', 2]], [['copy', '/a', '/b']], { a: { n: 2 }, b: { n: 1 } }],
  ['edits inside a value of the same patch', { l: [] }, [['add', '/l/-', 't']], [['add', '/l/-', { x: 1 }], ['replace', '/l/0/x', 2], ['add', '/l/0/y', 3]], { l: ['t', { x: 2, y: 3 }] }],
  ['increments', { n: 1 }, [['inc', '/n', 2]], [['inc', '/n', 10]], { n: 13 }],
  ['an increment and a replacement', { n: 1 }, [['replace', '/n', 100]], [['inc', '/n', 10]], { n: 110 }],
  ['an increment of a number that moved', { n: 1 }, [['move', '/n', '/m']], [['inc', '/n', 10]], { m: 11 }],
  ['an increment behind an insertion', { l: [1, 5] }, [['add', '/l/0', 0]], [['inc', '/l/1', 1]], { l: [0, 1, 6] }],
  ['a whole new state that changes one member', { a: 1, b: 1 }, [['replace', '', { a: 2, b: 1 }]], [['replace', '/b', 2]], { a: 2, b: 2 }],
  ['whole new states', { a: 1, b: 1 }, [['replace', '', { a: 2, b: 1 }]], [['replace', '', { a: 1, b: 1, c: 1 }]], { a: 2, b: 1, c: 1 }],
  ['tests of what neither changed', { a: 1, b: 1 }, [['replace', '/a', 2]], [['test', '/b', 1], ['replace', '/b', 2]], { a: 2, b: 2 }],
  ['a test of an element whose index moved', { l: ['a', 'b'] }, [['remove', '/l/0']], [['test', '/l/1', 'b'], ['replace', '/l/1', 'B']], { l: ['B'] }],
  ['nothing and something', { a: 1 }, [['replace', '/a', 2]], [], { a: 2 }],
  ['something and a round trip', { a: { x: 1 } }, [['move', '/a', '/b'], ['move', '/b', '/a']], [['replace', '/a/x', 2]], { a: { x: 2 } }],
];

// prettier-ignore
/** What happens, the base, theirs, yours, the conflicts, and what overwriting makes of it. */
const collisions: readonly [string, JsonObject, Short[], Short[], unknown, JsonValue][] = [
  ['one value, written differently', { a: 1 }, [['replace', '/a', 2]], [['replace', '/a', 3]], [{ path: '/a', yours: 3, theirs: 2 }], { a: 3 }],
  ['one key, added differently', {}, [['add', '/a', 1]], [['add', '/a', 2]], [{ path: '/a', yours: 2, theirs: 1 }], { a: 2 }],
  ['an edit of what they removed', { a: { x: 1 } }, [['remove', '/a']], [['replace', '/a/x', 2]], [{ path: '/a', yours: { x: 2 } }], { a: { x: 2 } }],
  ['a removal of what they edited', { a: { x: 1 } }, [['replace', '/a/x', 2]], [['remove', '/a']], [{ path: '/a', theirs: { x: 2 } }], {}],
  ['an edit inside what they replaced', { a: { x: 1 } }, [['replace', '/a', { x: 5 }]], [['replace', '/a/x', 2]], [{ path: '/a', yours: { x: 2 }, theirs: { x: 5 } }], { a: { x: 2 } }],
  ['a replacement of what they edited inside', { a: { x: 1 } }, [['add', '/a/y', 2]], [['replace', '/a', 'removed']], [{ path: '/a', yours: 'removed', theirs: { x: 1, y: 2 } }], { a: 'removed' }],
  ['an edit inside what became an array', { a: { '0': 1 } }, [['replace', '/a', [1]]], [['replace', '/a/0', 2]], [{ path: '/a', yours: { '0': 2 }, theirs: [1] }], { a: { '0': 2 } }],
  ['an insertion into what they removed', { a: { l: [] } }, [['remove', '/a/l']], [['add', '/a/l/-', 1]], [{ path: '/a/l', yours: [1] }], { a: { l: [1] } }],
  ['an element they removed', { l: ['a', 'b', 'c'] }, [['remove', '/l/0'], ['remove', '/l/0']], [['replace', '/l/1', 'B']], [{ path: '/l', yours: ['a', 'B', 'c'], theirs: ['c'] }], { l: ['B', 'c'] }],
  ['an edit inside an element they removed', { l: [{ n: 1 }, { n: 2 }] }, [['remove', '/l/0']], [['replace', '/l/0/n', 9]], [{ path: '/l', yours: [{ n: 9 }, { n: 2 }], theirs: [{ n: 2 }] }], { l: [{ n: 9 }, { n: 2 }] }],
  ['a move of an element they removed', { l: ['a', 'b'] }, [['remove', '/l/0']], [['move', '/l/0', '/x']], [{ path: '/l', yours: ['b'], theirs: ['b'] }], { l: ['b'], x: 'a' }],
  ['a move out of an array they replaced', { l: ['a', 'b'] }, [['replace', '/l', ['c']]], [['move', '/l/0', '/x']], [{ path: '/l', yours: ['b'], theirs: ['c'] }], { l: ['b'], x: 'a' }],
  ['an element they removed, whose array moved', { l: ['a', 'b'] }, [['move', '/l', '/m'], ['remove', '/m/1']], [['replace', '/l/1', 'B']], [{ path: '/m', yours: ['a', 'B'], theirs: ['a'] }], { m: ['a', 'B'] }],
  ['a test of an element they removed', { l: ['a', 'b'], c: 1 }, [['remove', '/l/0']], [['test', '/l/0', 'a'], ['replace', '/c', 2]], [{ path: '/l', yours: ['a', 'b'], theirs: ['b'] }], { l: ['b'], c: 2 }],
  ['an insertion into an array they replaced with the same outcome', { l: [1] }, [['replace', '/l', [1, 2]]], [['add', '/l/-', 2]], [{ path: '/l', yours: [1, 2], theirs: [1, 2] }], { l: [1, 2] }],
  ['a replacement of an array they inserted into, with the same outcome', { l: [1] }, [['add', '/l/-', 2]], [['replace', '/l', [1, 2]]], [{ path: '/l', yours: [1, 2], theirs: [1, 2] }], { l: [1, 2] }],
  ['an insertion into an array inside what they replaced with the same outcome', { o: { l: [] } }, [['replace', '/o', { l: [2] }]], [['add', '/o/l/-', 2]], [{ path: '/o', yours: { l: [2] }, theirs: { l: [2] } }], { o: { l: [2] } }],
  ['an insertion into an array they removed and added with the same outcome', { l: [] }, [['remove', '/l'], ['add', '/l', [2]]], [['add', '/l/-', 2]], [{ path: '/l', yours: [2], theirs: [2] }], { l: [2] }],
  ['arrays that both made and filled alike', {}, [['add', '/l', []], ['add', '/l/-', 2]], [['add', '/l', []], ['add', '/l/-', 2]], [{ path: '/l', yours: [2], theirs: [2] }], { l: [2] }],
  ['a removal from an array they replaced with the same outcome', { l: ['a', 'a'] }, [['replace', '/l', ['a']]], [['remove', '/l/0']], [{ path: '/l', yours: ['a'], theirs: ['a'] }], { l: ['a'] }],
  ['an element that they wrote, and whose index moved', { l: ['a', 'b'] }, [['add', '/l/0', 'x'], ['replace', '/l/2', 'T']], [['replace', '/l/1', 'Y']], [{ path: '/l/2', yours: 'Y', theirs: 'T' }], { l: ['x', 'a', 'Y'] }],
  ['moves to different places', { a: 1 }, [['move', '/a', '/b']], [['move', '/a', '/c']], [{ path: '/b', yours: 1, theirs: 1 }], { c: 1 }],
  ['moves of two values to one key', { a: 1, b: 2 }, [['move', '/a', '/c']], [['move', '/b', '/c']], [{ path: '/c', yours: 2, theirs: 1 }], { a: 1, c: 2 }],
  ['moves of two values into each other', { a: {}, b: {} }, [['move', '/a', '/b/a']], [['move', '/b', '/a/b']], [{ path: '/b/a', yours: { b: {} }, theirs: {} }], { a: { b: {} } }],
  ['a move of what they removed', { a: 1 }, [['remove', '/a']], [['move', '/a', '/b']], [{ path: '/a', yours: 1 }], { b: 1 }],
  ['a removal of what they moved', { a: 1 }, [['move', '/a', '/b']], [['remove', '/a']], [{ path: '/b', theirs: 1 }], {}],
  ['a move out of what they removed', { o: { x: 1, y: 2 } }, [['remove', '/o']], [['move', '/o/x', '/x']], [{ path: '/o', yours: { y: 2 } }], { o: { y: 2 }, x: 1 }],
  ['a removal of what they moved something out of', { o: { x: 1, y: 2 } }, [['move', '/o/x', '/x']], [['remove', '/o']], [{ path: '/o', theirs: { y: 2 } }, { path: '/x', theirs: 1 }], {}],
  ['a move into what they removed', { a: 1, o: {} }, [['remove', '/o']], [['move', '/a', '/o/a']], [{ path: '/o', yours: { a: 1 } }], { o: { a: 1 } }],
  ['a removal where they put something new', { a: 1 }, [['remove', '/a'], ['add', '/a', 2]], [['remove', '/a']], [{ path: '/a', theirs: 2 }], {}],
  ['an increment of what they removed', { n: 1 }, [['remove', '/n']], [['inc', '/n', 1]], [{ path: '/n', yours: 2 }], { n: 2 }],
  ['an increment of what is no number now', { n: 1 }, [['replace', '/n', '1']], [['inc', '/n', 1]], [{ path: '/n', yours: 2, theirs: '1' }], { n: 2 }],
  ['an increment past what a number can hold', { n: 1 }, [['replace', '/n', 2 ** 53 - 1]], [['inc', '/n', 1]], [{ path: '/n', yours: 2, theirs: 2 ** 53 - 1 }], { n: 2 }],
  ['a replacement of what they incremented', { n: 1 }, [['inc', '/n', 1]], [['replace', '/n', 9]], [{ path: '/n', yours: 9, theirs: 2 }], { n: 9 }],
  ['a test of what they changed', { a: 1, b: 1 }, [['replace', '/a', 2]], [['test', '/a', 1], ['replace', '/b', 2]], [{ path: '/a', yours: 1, theirs: 2 }], { a: 2, b: 2 }],
  ['a test of what they moved away', { a: 1, b: 1 }, [['move', '/a', '/c'], ['add', '/a', 2]], [['test', '/a', 1], ['replace', '/b', 2]], [{ path: '/c', yours: 1, theirs: 1 }], { a: 2, b: 2, c: 1 }],
  ['a test of a value they changed inside', { a: { x: 1 }, b: 1 }, [['add', '/a/y', 1]], [['test', '/a', { x: 1 }], ['remove', '/b']], [{ path: '/a', yours: { x: 1 }, theirs: { x: 1, y: 1 } }], { a: { x: 1, y: 1 } }],
  ['several', { a: 1, b: 1, c: 1 }, [['replace', '/b', 2], ['replace', '/a', 2]], [['replace', '/a', 3], ['replace', '/b', 3], ['replace', '/c', 3]], [{ path: '/a', yours: 3, theirs: 2 }, { path: '/b', yours: 3, theirs: 2 }], { a: 3, b: 3, c: 3 }],
];

describe('rebase: both survive', () => {
  it.each(survivors)('%s', (_, base, theirs, yours, expected) => {
    expect(merged(base, theirs, yours)).toEqual(expected);
    // Nothing conflicts, so nothing changes for one who would win.
    expect(overwritten(base, theirs, yours)).toEqual(expected);
  });
});

describe('rebase: conflicts', () => {
  it.each(collisions)('%s', (_, base, theirs, yours, expected, won) => {
    expect(conflicts(base, theirs, yours)).toEqual(expected);
    expect(overwritten(base, theirs, yours)).toEqual(won);
  });

  it('leaves what does not conflict of theirs in place when yours wins', () => {
    expect(
      overwritten(
        { a: 1, o: { x: 1, y: 1 }, l: ['a', 'b'] },
        [
          ['replace', '/a', 2],
          ['replace', '/o/y', 2],
          ['add', '/l/0', 't'],
          ['replace', '/o/x', 2],
        ],
        [
          ['replace', '/o/x', 3],
          ['replace', '/l/1', 'B'],
        ],
      ),
    ).toEqual({ a: 2, o: { x: 3, y: 2 }, l: ['t', 'a', 'B'] });
  });

  it('refuses a patch that did not apply to its base', () => {
    expect(() => settle({ a: 1 }, [['add', '/b', 1]], [['replace', '/b', 2]])).toThrow(PatchFailed);
    expect(() => settle({ a: 1 }, [['replace', '/a', 2]], [['test', '/a', 2]])).toThrow(PatchFailed);
  });

  it('does not go on when the changes do not lead to the current state', () => {
    const stale = {
      base: { a: 1 },
      incoming: patchOf([['replace', '/b', 2]]),
      applied: [],
      current: { b: 1, c: 1 },
    };
    expect(() => rebase({ ...stale, base: { b: 1 }, onConflict: 'merge' })).toThrow('do not lead');
  });
});

describe('rebase: across a deletion', () => {
  it('is not possible: what comes after is not what was before', () => {
    const applied: JsonPatch[] = [[{ op: 'remove', path: '' }], [{ op: 'add', path: '', value: { a: 1 } }]];
    const stale = { base: { a: 1 }, current: { a: 1 }, incoming: patchOf([['replace', '/a', 2]]), applied };
    expect(() => rebase({ ...stale, onConflict: 'merge' })).toThrow(TypeError);
  });
});

describe('rebase: keys are data', () => {
  const keys = [
    '__proto__',
    'constructor',
    'length',
    'toString',
    '0',
    '1',
    '',
    '-',
    'a/b',
    'm~n',
    '~1',
    'hasOwnProperty',
  ];
  const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

  it.each(keys)('%j: adds, edits, moves and removes', (key) => {
    const at = pointer(key);
    const own = (value: JsonValue): JsonObject => Object.fromEntries([[key, value]]);
    expect(merged({}, [['add', '/t', 1]], [['add', at, { x: 1 }]])).toEqual({ t: 1, ...own({ x: 1 }) });
    expect(merged({}, [['add', at, { x: 1 }]], [['add', '/y', 1]])).toEqual({ y: 1, ...own({ x: 1 }) });
    expect(merged(own({ x: 1, y: 1 }), [['replace', `${at}/x`, 2]], [['replace', `${at}/y`, 2]])).toEqual(
      own({ x: 2, y: 2 }),
    );
    expect(merged({ ...own({ x: 1 }) }, [['move', at, '/t']], [['replace', `${at}/x`, 2]])).toEqual({
      t: { x: 2 },
    });
    expect(merged({ t: { x: 1 } }, [['move', '/t', at]], [['replace', '/t/x', 2]])).toEqual(own({ x: 2 }));
    expect(merged({ ...own(1), t: 1 }, [['remove', at]], [['remove', '/t']])).toEqual({});
    expect(conflicts({}, [['add', at, 1]], [['add', at, 2]])).toEqual([{ path: at, yours: 2, theirs: 1 }]);
    expect('x' in {}).toBe(false);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('rebase: the patch it gives', () => {
  it('is the one that came where nothing moved it, without tests and increments', () => {
    const result = settle(
      { a: { x: 1 }, n: 1, z: 0 },
      [['replace', '/z', 1]],
      [
        ['test', '/n', 1],
        ['move', '/a', '/b'],
        ['inc', '/n', 2],
      ],
    );
    expect(result).toMatchObject({
      patch: [
        { op: 'move', from: '/a', path: '/b' },
        { op: 'replace', path: '/n', value: 3 },
      ],
    });
  });

  it('names the places as they are now', () => {
    expect(settle({ l: ['a', 'b'] }, [['add', '/l/0', 'x']], [['replace', '/l/1', 'B']])).toMatchObject({
      patch: [{ op: 'replace', path: '/l/2', value: 'B' }],
    });
  });

  it('replaces the number that was added to, where a comparison would take it for a removal', () => {
    expect(
      settle(
        { l: [1, 2, 3] },
        [['add', '/l/0', 0]],
        [
          ['inc', '/l/0', 1],
          ['remove', '/l/1'],
        ],
      ),
    ).toMatchObject({
      value: { l: [0, 2, 3] },
      patch: [
        { op: 'remove', path: '/l/2' },
        { op: 'replace', path: '/l/1', value: 2 },
      ],
    });
  });

  it('is empty where everything is done already', () => {
    const patch: JsonPatch = [];
    expect(settle({ a: 1 }, [['remove', '/a']], [['remove', '/a']])).toMatchObject({ patch });
  });
});

describe('rebase: large documents', () => {
  const digits = (digit: (index: number) => number) =>
    Array.from({ length: 30_000 }, (_, index) => digit(index));
  const [before, after] = [digits((index) => index % 7), digits((index) => ((index * 5 + 3) % 9) + 10)];
  const whole = (list: number[]): Short[] => [['replace', '', { list }]];

  it('takes a state as new where its changes are too many to be listed', () => {
    const base = { list: before, n: 1 };
    const pathsOf = (...branches: [Short[], Short[]]) =>
      (conflicts(base, ...branches) as { path: string }[]).map(({ path }) => path);
    expect(overwritten(base, [['replace', '/n', 2]], whole(after))).toEqual({ list: after });
    expect(pathsOf([['replace', '/n', 2]], whole(after))).toEqual(['']);
    expect(pathsOf(whole(after), [['replace', '/n', 2]])).toHaveLength(1);
    expect(merged(base, whole(after), whole(after))).toEqual({ list: after });
  });

  it('merges many moves within a large array with what others did there', () => {
    const moves = Array.from({ length: 300 }, (): Short => ['move', '/list/0', '/list/20000']);
    const theirs: Short[] = [
      ['replace', '/list/25000', -1],
      ['add', '/list/-', -2],
    ];
    const expected = [...applyMoves(before, 300), -2];
    expected[25_000] = -1;
    expect(merged({ list: before }, theirs, moves)).toEqual({ list: expected });
  });
});

function applyMoves(list: readonly number[], count: number): number[] {
  const moved = [...list];
  for (let move = 0; move < count; move++) moved.splice(20_000, 0, moved.shift() as number);
  return moved;
}

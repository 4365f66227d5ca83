import type { JsonObject, JsonValue } from '../json';
import { type Short, conflicts, merged, overwritten } from '../testing/settle';

// prettier-ignore
/** What they did to a number that yours adds 1 to; what it is in the end. Theirs is recorded without `inc`. */
const counted: readonly [string, JsonObject, Short[], Short[], JsonValue][] = [
  ['replaced it with the same sum', { n: 1 }, [['replace', '/n', 2]], [['inc', '/n', 1]], { n: 3 }],
  ['incremented it to the same sum', { n: 1 }, [['inc', '/n', 1]], [['inc', '/n', 1]], { n: 3 }],
  ['wrote what it was', { n: 1 }, [['replace', '/n', 1]], [['inc', '/n', 1]], { n: 2 }],
  ['removed it and added the same sum', { n: 1 }, [['remove', '/n'], ['add', '/n', 2]], [['inc', '/n', 1]], { n: 3 }],
  ['added the same sum over it', { n: 1 }, [['add', '/n', 2]], [['inc', '/n', 1]], { n: 3 }],
  ['replaced its object with the same outcome', { o: { n: 1 } }, [['replace', '/o', { n: 2 }]], [['inc', '/o/n', 1]], { o: { n: 3 } }],
  ['replaced its object with another outcome', { o: { n: 1 } }, [['replace', '/o', { n: 9, z: 0 }]], [['inc', '/o/n', 1]], { o: { n: 10, z: 0 } }],
  ['removed and added its object with the same outcome', { o: { n: 1 } }, [['remove', '/o'], ['add', '/o', { n: 2 }]], [['inc', '/o/n', 1]], { o: { n: 3 } }],
  ['replaced an object farther out', { a: { o: { n: 1 }, p: 0 } }, [['replace', '/a', { o: { n: 2 } }]], [['inc', '/a/o/n', 1]], { a: { o: { n: 3 } } }],
  ['replaced its object and moved it', { o: { n: 1 } }, [['replace', '/o', { n: 2 }], ['move', '/o', '/p']], [['inc', '/o/n', 1]], { p: { n: 3 } }],
  ['replaced the element with the same sum', { l: [1] }, [['replace', '/l/0', 2]], [['inc', '/l/0', 1]], { l: [3] }],
  ['replaced the element around it, and inserted', { l: [{ n: 1 }] }, [['replace', '/l/0', { n: 2 }], ['add', '/l/0', 'x']], [['inc', '/l/0/n', 1]], { l: ['x', { n: 3 }] }],
  ['moved something into the new object', { o: { n: 1 }, x: 'x' }, [['replace', '/o', { n: 2 }], ['move', '/x', '/o/x']], [['inc', '/o/n', 1]], { o: { n: 3, x: 'x' } }],
  ['met a chain of increments', { o: { n: 1 } }, [['replace', '/o', { n: 3 }]], [['inc', '/o/n', 1], ['inc', '/o/n', 1]], { o: { n: 5 } }],
  ['met increments of two numbers', { o: { n: 1, m: 1 } }, [['replace', '/o', { n: 2, m: 2 }]], [['inc', '/o/n', 1], ['inc', '/o/m', 1]], { o: { n: 3, m: 3 } }],
  ['met an increment behind a test of something else', { o: { n: 1 }, t: 0 }, [['replace', '/o', { n: 2 }]], [['test', '/t', 0], ['inc', '/o/n', 1]], { o: { n: 3 }, t: 0 }],
  ['met an increment that was moved', { n: 1 }, [['replace', '/n', 2]], [['inc', '/n', 1], ['move', '/n', '/m']], { m: 3 }],
  ['moved the object that it is in', { o: { n: 1 } }, [['move', '/o', '/p'], ['replace', '/p/n', 2]], [['inc', '/o/n', 1]], { p: { n: 3 } }],
  ['replaced a member called __proto__', JSON.parse('{"__proto__": {"n": 1}}') as JsonObject, [['replace', '/__proto__', { n: 2 }]], [['inc', '/__proto__/n', 1]], JSON.parse('{"__proto__": {"n": 3}}') as JsonObject],
  ['went up as far as a number can, and yours on the way farther', { n: 0 }, [['replace', '/n', 2 ** 53 - 3]], [['inc', '/n', 5], ['inc', '/n', -4]], { n: 2 ** 53 - 2 }],
];

// prettier-ignore
/** The base, theirs, yours, the conflicts, and what overwriting makes of it. */
const collisions: readonly [string, JsonObject, Short[], Short[], unknown, JsonValue][] = [
  ['a replacement with what they incremented to', { n: 1 }, [['inc', '/n', 1]], [['replace', '/n', 2]], [{ path: '/n', yours: 2, theirs: 2 }], { n: 2 }],
  ['a replacement of the object in which they incremented, with the same outcome', { o: { n: 1 } }, [['inc', '/o/n', 1]], [['replace', '/o', { n: 2 }]], [{ path: '/o', yours: { n: 2 }, theirs: { n: 2 } }], { o: { n: 2 } }],
  ['a removal and an addition of what they incremented, with the same outcome', { n: 1 }, [['inc', '/n', 1]], [['remove', '/n'], ['add', '/n', 2]], [{ path: '/n', yours: 2, theirs: 2 }], { n: 2 }],
  ['an addition of what they added and incremented', {}, [['add', '/n', 1], ['inc', '/n', 1]], [['add', '/n', 2]], [{ path: '/n', yours: 2, theirs: 2 }], { n: 2 }],
  ['a replacement with what they replaced and incremented', { o: 'x' }, [['replace', '/o', { n: 1 }], ['inc', '/o/n', 1]], [['replace', '/o', { n: 2 }]], [{ path: '/o', yours: { n: 2 }, theirs: { n: 2 } }], { o: { n: 2 } }],
  ['an increment after a replacement of its own', { n: 1 }, [['replace', '/n', 5]], [['replace', '/n', 4], ['inc', '/n', 1]], [{ path: '/n', yours: 5, theirs: 5 }], { n: 5 }],
  ['an increment written over by its own copy', { c: [0] }, [['inc', '/c/0', 2]], [['inc', '/c/0', 2], ['copy', '/c', '/c']], [{ path: '/c', yours: [2], theirs: [2] }], { c: [2] }],
  ['an increment that was copied to where they wrote the same', { n: 1 }, [['remove', '/n'], ['add', '/m', 2]], [['inc', '/n', 1], ['copy', '/n', '/m'], ['remove', '/n']], [{ path: '/m', yours: 2, theirs: 2 }], { m: 2 }],
  ['an increment inside an array they replaced with the same outcome', { l: [1] }, [['replace', '/l', [2]]], [['inc', '/l/0', 1]], [{ path: '/l', yours: [2], theirs: [2] }], { l: [3] }],
  ['an increment inside an array they made shorter', { l: [1, 2] }, [['replace', '/l', [9]]], [['inc', '/l/1', 1]], [{ path: '/l', yours: [1, 3], theirs: [9] }], { l: [1, 3] }],
  ['an increment inside what became an array', { o: { '0': 1 } }, [['replace', '/o', [2]]], [['inc', '/o/0', 1]], [{ path: '/o', yours: { '0': 2 }, theirs: [2] }], { o: { '0': 2 } }],
  ['an increment of what is missing in what they wrote', { o: { n: 1 } }, [['replace', '/o', {}]], [['inc', '/o/n', 1]], [{ path: '/o', yours: { n: 2 }, theirs: {} }], { o: { n: 2 } }],
  ['an increment of what is no number in what they wrote', { o: { n: 1 } }, [['replace', '/o', { n: '2' }]], [['inc', '/o/n', 1]], [{ path: '/o', yours: { n: 2 }, theirs: { n: '2' } }], { o: { n: 2 } }],
  ['an increment past what a number can hold in what they wrote', { o: { n: 1 } }, [['replace', '/o', { n: 2 ** 53 - 1 }]], [['inc', '/o/n', 1]], [{ path: '/o', yours: { n: 2 }, theirs: { n: 2 ** 53 - 1 } }], { o: { n: 2 } }],
  ['an increment beside another edit inside what they wrote', { o: { n: 1, z: 1 } }, [['replace', '/o', { n: 2, z: 5 }]], [['inc', '/o/n', 1], ['replace', '/o/z', 5]], [{ path: '/o', yours: { n: 2, z: 5 }, theirs: { n: 2, z: 5 } }], { o: { n: 3, z: 5 } }],
  ['an increment beside another edit of what they removed and added', { o: { n: 1, z: 1 } }, [['remove', '/o'], ['add', '/o', { n: 2, z: 5 }]], [['inc', '/o/n', 1], ['replace', '/o/z', 5]], [{ path: '/o', yours: { n: 2, z: 5 }, theirs: { n: 2, z: 5 } }], { o: { n: 3, z: 5 } }],
  ['an increment beside another edit of what they incremented, removed and added', { o: { n: 1, z: 1 } }, [['inc', '/o/n', 5], ['remove', '/o'], ['add', '/o', { n: 2, z: 5 }]], [['inc', '/o/n', 1], ['replace', '/o/z', 5]], [{ path: '/o', yours: { n: 2, z: 5 }, theirs: { n: 2, z: 5 } }], { o: { n: 3, z: 5 } }],
  ['an increment beside another edit of what they wrote, removed and added', { o: { n: 1, z: 1 } }, [['add', '/o', { n: 9, z: 9 }], ['remove', '/o'], ['add', '/o', { n: 2, z: 5 }]], [['inc', '/o/n', 1], ['replace', '/o/z', 5]], [{ path: '/o', yours: { n: 2, z: 5 }, theirs: { n: 2, z: 5 } }], { o: { n: 3, z: 5 } }],
  ['an increment of an element they removed and inserted again', { l: [1] }, [['remove', '/l/0'], ['add', '/l/0', 2]], [['inc', '/l/0', 1]], [{ path: '/l', yours: [2], theirs: [2] }], { l: [2, 2] }],
  ['an increment that is too small to count', { n: 1 }, [['replace', '/n', 2 ** 53 - 1]], [['inc', '/n', 0.25]], [{ path: '/n', yours: 1.25, theirs: 2 ** 53 - 1 }], { n: 1.25 }],
  ['a tested number that they changed', { n: 1 }, [['replace', '/n', 2]], [['test', '/n', 1], ['inc', '/n', 1]], [{ path: '/n', yours: 1, theirs: 2 }], { n: 3 }],
];

describe('rebase: an increment is never swallowed', () => {
  it.each(counted)('counts where they %s', (_, base, theirs, yours, expected) => {
    expect(merged(base, theirs, yours)).toEqual(expected);
    expect(overwritten(base, theirs, yours)).toEqual(expected);
  });

  it.each(collisions)('conflict: %s', (_, base, theirs, yours, expected, won) => {
    expect(conflicts(base, theirs, yours)).toEqual(expected);
    expect(overwritten(base, theirs, yours)).toEqual(won);
  });
});

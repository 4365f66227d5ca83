// @ts-check
const { findLosses } = require('./losses');

/**
 * @param {[name: string, seen: number, state: import('@nexus-state/documents').JsonObject | null, more?: object][]} changes
 */
const lossesOf = (changes) =>
  findLosses(
    changes.map(([name, seen, state, more], index) => ({
      version: index + 1,
      state,
      author: { name, isPerson: name !== 'bot', seen, ...more },
    })),
  );

describe('a lost edit', () => {
  it('is one that another wrote over without having seen it', () => {
    const edits = /** @type {[string, number, { title: string, n: number }][]} */ ([
      ['ann', 0, { title: 'a', n: 0 }],
      ['bob', 1, { title: 'b', n: 0 }],
    ]);
    expect(lossesOf([...edits, ['bot', 1, { title: 'a', n: 1 }]])).toEqual([
      { version: 2, by: 3, place: '/title' },
    ]);
    expect(lossesOf([...edits, ['bot', 2, { title: 'c', n: 1 }]])).toEqual([]);
    expect(lossesOf([...edits, ['bot', 1, { title: 'b', n: 1 }]])).toEqual([]);
  });

  it('is also an element, a removal, and a whole panel', () => {
    expect(
      lossesOf([
        ['ann', 0, { list: ['x'] }],
        ['bob', 1, { list: ['y', 'x'] }],
        ['bot', 1, { list: ['x', 'z'] }],
      ]),
    ).toEqual([{ version: 2, by: 3, place: '/list#"y"' }]);
    expect(
      lossesOf([
        ['ann', 0, { a: 1, b: 1 }],
        ['bob', 1, { b: 1 }],
        ['bot', 1, { a: 1, b: 2 }],
      ]),
    ).toEqual([{ version: 2, by: 3, place: '/a' }]);
    expect(
      lossesOf([
        ['ann', 0, { a: 1 }],
        ['bob', 1, { a: 2 }],
        ['bot', 1, null],
      ]),
    ).toEqual([{ version: 2, by: 3, place: '/a' }]);
  });

  it('is none where numbers add up, or where it is one of those that were to be taken back', () => {
    /** @param {number} count @returns {any} */
    const sum = (count) => [
      ['ann', 0, { count: 0 }],
      ['bob', 1, { count: 2 }, { added: 2 }],
      ['bot', 1, { count }, { added: 3 }],
    ];
    expect(lossesOf(sum(5))).toEqual([]);
    expect(lossesOf(sum(3))).toHaveLength(1);
    const takesBack = (/** @type {{ turnId?: string }} */ { turnId }) => turnId === 't';
    expect(
      lossesOf([
        ['ann', 0, { a: 1, b: 1 }],
        ['bot', 1, { a: 2, b: 1 }, { turnId: 't' }],
        ['bob', 2, { a: 2, b: 2 }],
        ['ann', 0, { a: 1, b: 1 }, { takesBack }],
      ]),
    ).toEqual([{ version: 3, by: 4, place: '/b' }]);
  });
});

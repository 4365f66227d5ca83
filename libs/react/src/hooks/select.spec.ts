import { valueAt } from './select';

describe('a selected value', () => {
  const state = { lamp: { tags: ['a', 'b'], 'x/y': { '~': 1 }, '': 2 } };

  it.each<[string, unknown]>([
    ['', state],
    ['/lamp/tags/1', 'b'],
    ['/lamp/tags/2', undefined],
    ['/lamp/tags/length', undefined],
    ['/lamp/tags/01', undefined],
    ['/lamp/x~1y/~0', 1],
    ['/lamp/', 2],
    ['/fan/speed', undefined],
    ['/lamp/tags/1/deeper', undefined],
    ['/toString', undefined],
  ])('is at the JSON Pointer "%s"', (pointer, value) => {
    expect(valueAt(state, pointer)).toBe(value);
  });

  it.each(['lamp', '#/lamp', '/a~2', '/~'])('cannot be at "%s"', (pointer) => {
    expect(() => valueAt(state, pointer)).toThrow(/not a JSON Pointer/);
  });
});

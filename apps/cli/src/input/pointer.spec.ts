import { valueAt } from './pointer';

describe('the value at a pointer', () => {
  const state = { tags: ['desk'], 'a/b': { '~': 1 }, none: null };

  it('is the one that RFC 6901 means', () => {
    expect(valueAt(state, '')).toBe(state);
    expect(valueAt(state, '/tags/0')).toBe('desk');
    expect(valueAt(state, '/a~1b/~0')).toBe(1);
    expect(valueAt(state, '/none')).toBeNull();
  });

  it('is undefined where there is none', () => {
    for (const pointer of ['/gone', '/tags/1', '/none/a', '/tags/0/a', '/constructor']) {
      expect(valueAt(state, pointer)).toBeUndefined();
    }
  });
});

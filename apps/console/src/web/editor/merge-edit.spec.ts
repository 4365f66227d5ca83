import { decided, mergeEdit, pointerAt, readText } from './merge-edit';

const base = { light: { on: true, level: 1 }, name: 'lamp' };

describe('an edit of a text', () => {
  it('is read as an object, and as nothing else', () => {
    expect(readText('{"a":1}')).toEqual({ state: { a: 1 } });
    expect(readText('[1]')).toEqual({ fault: 'A state is a JSON object: { … }.' });
    expect(readText('{"a":')).toHaveProperty('fault');
  });

  it('is nothing where only the spaces differ', () => {
    expect(mergeEdit(base, structuredClone(base), { ...base, name: 'bulb' })).toEqual({ outcome: 'nothing' });
  });

  it('stands beside what others did elsewhere', () => {
    const merged = mergeEdit(base, { ...base, name: 'bulb' }, { ...base, light: { on: false, level: 1 } });
    expect(merged).toMatchObject({
      outcome: 'merged',
      state: { light: { on: false, level: 1 }, name: 'bulb' },
    });
  });

  it('collides with another value at the same place, and is decided there', () => {
    const yours = { light: { on: true, level: 5 }, name: 'mine' };
    const theirs = { light: { on: true, level: 9 }, name: 'lamp' };
    const merged = mergeEdit(base, yours, theirs);
    if (merged.outcome !== 'conflict') throw new Error('It does not collide.');
    expect(merged.collision.conflicts).toEqual([{ path: '/light/level', yours: 5, theirs: 9 }]);
    const { collision } = merged;
    expect(decided(collision, new Map())).toEqual({ light: { on: true, level: 9 }, name: 'mine' });
    expect(decided(collision, new Map([['/light/level', 'yours']]))).toEqual({
      light: { on: true, level: 5 },
      name: 'mine',
    });
  });

  it('decides where others removed what was changed', () => {
    const merged = mergeEdit(base, { ...base, light: { on: true, level: 5 } }, { name: 'lamp' } as never);
    if (merged.outcome !== 'conflict') throw new Error('It does not collide.');
    expect(decided(merged.collision, new Map())).toEqual({ name: 'lamp' });
  });
});

it('finds the member that the cursor is in', () => {
  const text = JSON.stringify(base, null, 2);
  expect(pointerAt(text, text.indexOf('"level"'))).toBe('/light/level');
  expect(pointerAt(text, text.indexOf('"lamp"'))).toBe('/name');
  expect(pointerAt(text, 0)).toBe('');
});

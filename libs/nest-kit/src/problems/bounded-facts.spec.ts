import { MergeConflict, VersionConflict } from '@nexus-state/state-core';
import { PatchFailed, UnsupportedValue, ValidationFailed } from '@nexus-state/documents';
import { boundedText } from './bounded-facts';
import { problemOf } from './problem';

const long = `/${'x'.repeat(1024 * 1024)}`;
const cut = `/${'x'.repeat(254)}…`;

describe('a problem', () => {
  it.each([
    ['the path of an operation', new PatchFailed(3, long, 'there is no value.'), { path: cut }],
    ['the pointer of a value', new UnsupportedValue(long, 'it is too large.'), { pointer: cut }],
    [
      'the pointer of a field',
      new ValidationFailed([{ pointer: long, message: 'is missing' }]),
      { errors: [{ pointer: cut, message: 'is missing' }] },
    ],
    ['an id', new VersionConflict(long, 1, 2), { panelId: cut, currentVersion: 2 }],
  ])('repeats %s of a caller up to 256 characters', (_, refusal, facts) => {
    const problem = problemOf(refusal);
    expect(problem).toMatchObject(facts);
    expect(problem.detail).toContain(cut);
    expect(problem.message).toBe(problem.detail);
    expect(JSON.stringify(problem).length).toBeLessThan(3000);
  });

  it('keeps what comes after a long text in its message', () => {
    expect(problemOf(new PatchFailed(3, long, 'there is no value.')).detail).toBe(
      `Operation 3 of the patch cannot be applied at "${cut}": there is no value.`,
    );
  });

  it('lists the first 100 fields that are wrong', () => {
    const errors = Array.from({ length: 5000 }, (_, index) => ({ pointer: `/${index}`, message: 'is bad' }));
    const problem = problemOf(new ValidationFailed(errors));
    expect(problem['errors']).toEqual(errors.slice(0, 100));
    expect(problem.detail).toBe('5000 fields are not valid.');
  });

  it('keeps the values of conflicts whole, and cuts their paths', () => {
    const yours = { text: 'y'.repeat(5000) };
    const refusal = new MergeConflict('panel', 1, 2, [{ path: long, yours, theirs: 1 }]);
    expect(problemOf(refusal)['conflicts']).toEqual([{ path: cut, yours, theirs: 1 }]);
  });

  it('shows short texts as they are', () => {
    const refusal = new PatchFailed(0, '/a', 'there is no value.');
    expect(problemOf(refusal)).toMatchObject(refusal.facts);
    expect(problemOf(refusal).detail).toBe(refusal.message);
  });
});

describe('boundedText', () => {
  it('cuts between characters, never within one', () => {
    expect(boundedText('😀'.repeat(10), 6)).toBe('😀😀…');
    expect(boundedText('abc', 3)).toBe('abc');
  });
});

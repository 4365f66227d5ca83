import fc from 'fast-check';
import { share } from './share';

describe('share', () => {
  it('keeps what has not changed, and takes what has', () => {
    const old = { lamp: { on: true, tags: ['a', 'b'] }, fan: { speed: 1 } };
    const next = share(old, { lamp: { on: true, tags: ['a', 'c'] }, fan: { speed: 1 } });
    expect(next).toEqual({ lamp: { on: true, tags: ['a', 'c'] }, fan: { speed: 1 } });
    expect(next).not.toBe(old);
    expect((next as typeof old).fan).toBe(old.fan);
    expect((next as typeof old).lamp).not.toBe(old.lamp);
  });

  it('is the old value where nothing has changed', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const old = structuredClone(value);
        expect(share(old, value)).toBe(old);
      }),
    );
  });

  it('is always equal to the new value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (old, next) => {
        expect(share(old, next)).toStrictEqual(next);
      }),
    );
  });

  it.each([
    ['members that are gone', { a: 1, b: 2 }, { a: 1 }],
    ['members that are undefined', { a: 1 }, { a: 1, b: undefined }],
    ['a shorter array', [1, 2], [1]],
    ['an array in the place of an object', { 0: 1 }, [1]],
    ['a member that has the name of something inherited', {}, { toString: 1 }],
  ])('notices %s', (_, old, next) => {
    expect(share(old, next)).toStrictEqual(next);
    expect(share(old, next)).not.toBe(old);
  });

  it('leaves alone what is no JSON', () => {
    const date = new Date(0);
    expect(share(new Date(0), date)).toBe(date);
    const map = new Map();
    expect(share(new Map(), map)).toBe(map);
  });

  it('is the new value itself where there is nothing to keep', () => {
    const next = { a: { b: 2 }, c: [3] };
    expect(share({ a: { b: 1 }, c: [4] }, next)).toBe(next);
  });

  it('does not look into what is the same already', () => {
    const looked: string[] = [];
    const same = Object.defineProperty({}, 'a', { enumerable: true, get: () => looked.push('a') });
    expect(share({ same, b: 1 }, { same, b: 2 })).toEqual({ same, b: 2 });
    expect(looked.length).toBeLessThanOrEqual(4);
  });
});

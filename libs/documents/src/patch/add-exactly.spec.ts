import * as fc from 'fast-check';
import { runs } from '../testing/runs';
import { addExactly } from './add-exactly';

describe('addExactly', () => {
  it('adds integers exactly, in any order, however far they go on the way', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.array(fc.maxSafeInteger()), (start, amounts) => {
        const sum = amounts.reduce((total, amount) => total + BigInt(amount), BigInt(start));
        const expected = BigInt(Number(sum)) === sum && Number.isSafeInteger(Number(sum));
        expect(addExactly(start, amounts)).toBe(expected ? Number(sum) : undefined);
        expect(addExactly(start, amounts.toReversed())).toBe(expected ? Number(sum) : undefined);
      }),
      runs(500),
    );
  });

  it.each<[string, number, number[], number | undefined]>([
    ['nothing', 1.5, [], 1.5],
    ['fractions one by one', 0.1, [0.2, 0.3], 0.1 + 0.2 + 0.3],
    ['0', 0.5, [0], 0.5],
    ['an amount that drowns in the number', 1, [1e-20], undefined],
    ['an amount that drowns in the sum before it', 0.5, [2 ** 51, 0.1], undefined],
    ['a fraction to the largest integer', 2 ** 53 - 1, [0.25], undefined],
    ['what leads past the largest integer', 2 ** 53 - 1, [1], undefined],
    ['what leads past it and back', 2 ** 53 - 1, [5, -4], undefined],
    ['what leads past it and back below', 2 ** 53 - 1, [5, -6], 2 ** 53 - 2],
    ['what leads past every number', 0.5, [1.7e308, 1.7e308], undefined],
    ['an integer past every safe one', 0, [1e300], undefined],
  ])('adds %s', (_, start, amounts, expected) => {
    expect(addExactly(start, amounts)).toBe(expected);
  });
});

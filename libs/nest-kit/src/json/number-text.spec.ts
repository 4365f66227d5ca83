import * as fc from 'fast-check';
import { runs } from '@nexus-state/documents/testing';
import { unfaithfulNumberText } from './number-text';

describe('unfaithfulNumberText', () => {
  it.each([
    ['0', '-0', '0.0', '0e999', '-0.000e-999'],
    ['0.1', '1.50', '100', '1e3', '1E+2', '-1e-7', '5e-324', '1.7976931348623157e2'],
    ['9007199254740991', '-9007199254740991', '9007199254740991.0', '90071992547409910e-1'],
    // Written with more digits than are needed, but rightly so.
    [
      '0.10000000000000001',
      '0.1000000000000000055511151231257827',
      '0.30000000000000004',
      '3.141592653589793',
    ],
    // Halfway between two texts of 17 digits, and of 18.
    ['1325133948364558.2', '1325133948364558.3', '1325133948364558.25', '-13251339483645582e-1'],
    ['1325133948364558.20', '281474976710657.062', '281474976710657.063', '281474976710657.0625'],
    ['0.1000000000000000000000000000000000000', `0.${'0'.repeat(300)}1`],
  ])('takes what a double holds (%s …)', (...texts) => {
    for (const text of texts) expect([text, unfaithfulNumberText(text)]).toEqual([text, undefined]);
  });

  it.each([
    ['1e-400', 'too small'],
    ['1e400', 'exceeds the range'],
    ['-1e999', 'exceeds the range'],
    ['9007199254740992', 'integers'],
    ['-9007199254740993', 'integers'],
    ['1e21', 'integers'],
    ['12345678901234567890', 'integers'],
    ['0.1234567890123456789', 'digits'],
    ['4503599627370497.3', 'digits'],
    ['1325133948364558.1', 'digits'],
    ['1325133948364558.4', 'digits'],
    ['0.99999999999999999999', 'digits'],
    ['1.23456e-320', 'digits'],
    [`0.${'123'.repeat(50)}`, 'digits'],
    // Rounded up to the smallest double, so its digits change.
    ['-4.8e-324', 'digits'],
    ['-2e-324', 'too small'],
  ])('refuses %s', (text, reason) => {
    expect(unfaithfulNumberText(text)).toContain(reason);
  });

  it('takes every double as it is printed, and with up to 60 more digits of its exact value', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, fc.integer({ min: 16, max: 60 }), (value, digits) => {
        fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value));
        expect(unfaithfulNumberText(JSON.stringify(value))).toBeUndefined();
        expect(unfaithfulNumberText(value.toExponential(digits))).toBeUndefined();
      }),
      runs(1000),
    );
  });

  it('takes doubles whose digits end in a half, rounded either way', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2 ** 49, max: 2 ** 51 - 1 }),
        fc.constantFrom(0.25, 0.75),
        (whole, part) => {
          const tenths = part === 0.25 ? ['.2', '.3'] : ['.7', '.8'];
          for (const text of [JSON.stringify(whole + part), ...tenths.map((tenth) => `${whole}${tenth}`)]) {
            expect([text, unfaithfulNumberText(text)]).toEqual([text, undefined]);
          }
        },
      ),
      runs(1000),
    );
  });
});

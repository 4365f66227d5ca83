/** Every double keeps so many significant digits, unless it is subnormal. */
const safeDigits = 15;

/** The most significant digits that `toExponential` can give. */
const maxDigits = 101;

const numberText = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Says why a double (IEEE 754) cannot hold a number that a text contains. A double holds a number when the double, written
 * with as many significant digits, has the same digits. So it holds 0.1, 0.10000000000000001 and 1e-7; it does not hold
 * 1e-400, 1e400, 9007199254740993 and 0.1234567890123456789.
 * @param text a number of RFC 8259, section 6
 * @returns the reason, or undefined where a double holds the number, or where the text is no number
 */
export function unfaithfulNumberText(text: string): string | undefined {
  const parts = numberText.exec(text);
  if (!parts) return undefined;
  const digits = significant(`${parts[1]}${parts[2] ?? ''}`);
  if (digits === '') return undefined;
  if (digits.length <= safeDigits && parts[3] === undefined) return undefined;
  const value = Math.abs(Number(text));
  if (!Number.isFinite(value)) return 'it exceeds the range of a double.';
  if (value === 0) return 'it is too small for a double, and would become 0.';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return 'integers beyond ±9007199254740991 lose digits; send it as a string.';
  }
  if (digits.length <= maxDigits && sameDigits(value, digits)) return undefined;
  return 'it has more digits than a double keeps; round it, or send it as a string.';
}

function sameDigits(value: number, digits: string): boolean {
  if (digitsOf(value, digits.length) === digits) return true;
  // `toExponential` rounds a half up, where `JSON.stringify` and C's `printf` round it to the even digit.
  return digitsOf(value, maxDigits) === `${digits}5`;
}

function digitsOf(value: number, count: number): string {
  const mantissa = value.toExponential(count - 1).split('e', 1)[0] as string;
  return significant(mantissa.replace('.', ''));
}

/** Digits without the zeros around them. */
function significant(digits: string): string {
  let [start, end] = [0, digits.length];
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  return digits.slice(start, end);
}

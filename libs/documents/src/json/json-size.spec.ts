import * as fc from 'fast-check';
import { jsonValue } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { canonicalJson } from './canonical-json';
import { jsonSize } from './json-size';
import type { JsonValue } from './json-value';

const written = (value: JsonValue) => bytesOf(canonicalJson(value));

/** A value of 2^levels leaves that takes a few objects in memory. */
function shared(levels: number): JsonValue {
  let value: JsonValue = 1;
  for (let level = 0; level < levels; level++) value = [value, value];
  return value;
}

describe('jsonSize', () => {
  it('gives the size of the canonical text of any value', () => {
    fc.assert(
      fc.property(fc.oneof(jsonValue, fc.jsonValue() as fc.Arbitrary<JsonValue>), (value) => {
        expect(jsonSize(value)).toBe(written(value));
      }),
      runs(1000),
    );
  });

  it.each<JsonValue>([
    '\u0000\b\t\n\u000b\f\r\u001f\u007f"\\/',
    'aä€😀',
    '\ud800',
    'x\udc00',
    '\ud83d😀\ude00',
    '',
  ])('counts the escapes and bytes of %j', (text) =>
    expect(jsonSize(text)).toBe(bytesOf(JSON.stringify(text))),
  );

  it.each([0, -0, 9, 10, 99, 100, 999, 1000, -1, 1.5, 1e21, 5e-324, -1e-7, 2 ** 53 - 1])(
    'counts the digits of %d',
    (value) => expect(jsonSize(value)).toBe(written(value)),
  );

  it('is exact up to the limit, and above it for all that is larger', () => {
    fc.assert(
      fc.property(jsonValue, fc.nat({ max: 200 }), (value, limit) => {
        const size = written(value);
        if (size <= limit) expect(jsonSize(value, limit)).toBe(size);
        else expect(jsonSize(value, limit)).toBeGreaterThan(limit);
      }),
      runs(500),
    );
  });

  it('stops at the limit, also where what is small in memory would be 2^200 bytes as text', () => {
    expect(jsonSize(shared(200), 1024)).toBeGreaterThan(1024);
    expect(jsonSize(shared(10))).toBe(written(shared(10)));
  });
});

/** The UTF-8 bytes of a text. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

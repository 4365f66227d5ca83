import * as fc from 'fast-check';
import { type JsonValue, StateTooDeep, UnsupportedValue } from '@nexus-state/documents';
import { jsonValue, runs } from '@nexus-state/documents/testing';
import { JsonReader, NotJson, TooManyValues, maxTextDepth, readJson } from './json-reader';

/** Reads a text in steps of a few characters, as a large one is read. */
function readInSteps(text: string, length: number): JsonValue {
  const reader = new JsonReader(text);
  while (!reader.read(length));
  return reader.value;
}

/** What becomes of a text: its value, or the kind of its refusal. */
function outcomeOf(read: () => JsonValue): unknown {
  try {
    return { value: read() };
  } catch (error) {
    return error instanceof NotJson ? 'NotJson' : (error as Error).constructor.name;
  }
}

/** Text that is larger than a piece, of members and elements of every kind. */
function large(filler: string): string {
  const list = Array.from(
    { length: 300 },
    (_, index) => `{"id":${index},"text":"${filler}","list":[1, 2,3 ]}`,
  );
  return `{ "a" : 1, "list":[ 7, ${list.join(' ,\n')}, "end" ] , "__proto__": {"big": [${list.join(',')}]},"z":null }`;
}

/** A text with something taken out or put in somewhere. */
const damaged = (text: fc.Arbitrary<string>) =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom('', ',', ':', '"', '{', '}', '[', ']', '1', ' ', '\\', 'x'),
    )
    .map(([whole, place, length, added]) => {
      const at = place % (whole.length + 1);
      return whole.slice(0, at) + added + whole.slice(at + length);
    });

/** Whether there may be a number in a text that a double cannot hold. */
const hasLongNumber = (text: string) => /[eE]|\d{16}|\d\.\d{10}/.test(text);

/** Whether the engine gives all members that a text has. */
function hasDuplicates(text: string): boolean {
  const strip = (from: string) => from.replace(/[ \n]/g, '');
  return strip(JSON.stringify(JSON.parse(text))).length < strip(text).length;
}

/** A text in pieces of a few characters. */
function inPieces(text: string, length: number): string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

function readPieces(text: string, length: number): JsonValue {
  const reader = new JsonReader(inPieces(text, length));
  while (!reader.read(length));
  return reader.value;
}

describe('readJson', () => {
  it('reads a text in pieces as it reads it whole', () => {
    const text = fc.oneof(
      jsonValue.map((value) => JSON.stringify(value)),
      damaged(jsonValue.map((value) => JSON.stringify(value))),
      damaged(fc.constantFrom('x', ' é', '\\"').map(large)),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5_000 }), (whole, length) => {
        const expected = outcomeOf(() => readJson(whole));
        fc.pre(whole.length > 0);
        expect(outcomeOf(() => readPieces(whole, Math.max(length, Math.ceil(whole.length / 1_000))))).toEqual(
          expected,
        );
      }),
      runs(500),
    );
  });

  it('reads long runs of white space wherever they may be, and not within a text or number', () => {
    const gap = ' \n'.repeat(100_000);
    const parts = ['', '{', '"a"', ':', '[', '1', ',', '{', '}', ']', ',', '"b"', ':', '"x y"', '}', ''];
    for (let at = 0; at < parts.length; at++) {
      const text = [...parts.slice(0, at), gap, ...parts.slice(at)].join('');
      expect([at, readInSteps(text, 1_000)]).toEqual([at, { a: [1, {}], b: 'x y' }]);
    }
    const spaces = ' '.repeat(100_000);
    expect(readInSteps(`{"a":"${spaces}"}`, 1_000)).toEqual({ a: spaces });
    for (const text of [`[1${gap}2]`, `[${gap},1]`, `{"a"${gap}1}`, `[1,${gap}]`, gap])
      expect([text.length, outcomeOf(() => readInSteps(text, 1_000))]).toEqual([text.length, 'NotJson']);
    expect(readInSteps(`[${gap}]`, 1_000)).toEqual([]);
  });

  it('refuses a number without an end before it is read', () => {
    expect(() => readInSteps(`[${'1'.repeat(1_000_000)}`, 1_000)).toThrow(UnsupportedValue);
  });

  it('reads what the engine reads, whether in one go or in steps', () => {
    const text = fc.oneof(
      jsonValue.map((value) => JSON.stringify(value)),
      fc.json().filter((one) => !hasLongNumber(one)),
    );
    fc.assert(
      fc.property(text, fc.nat({ max: 40 }), (whole, length) => {
        const expected = outcomeOf(() => JSON.parse(whole) as JsonValue);
        expect(outcomeOf(() => readJson(whole))).toEqual(expected);
        expect(outcomeOf(() => readInSteps(whole, length + 1))).toEqual(expected);
      }),
      runs(1000),
    );
  });

  it('refuses what the engine refuses', () => {
    fc.assert(
      fc.property(damaged(jsonValue.map((value) => JSON.stringify(value))), (text) => {
        const expected = outcomeOf(() => JSON.parse(text) as JsonValue);
        const outcome = outcomeOf(() => readJson(text));
        if (expected === 'SyntaxError') expect(['NotJson', 'UnsupportedValue']).toContain(outcome);
        else if (!hasLongNumber(text) && !hasDuplicates(text)) expect(outcome).toEqual(expected);
        else expect(['NotJson', 'UnsupportedValue', expected]).toContainEqual(outcome);
      }),
      runs(2000),
    );
  });

  it.each(['x', 'ä"\\\\"'.replaceAll('"', '\\"'), '[{,', 'x'.repeat(40_000)])(
    'reads a large text in pieces like the engine (%#)',
    (filler) => {
      const text = large(filler);
      const value = readJson(text);
      expect(value).toEqual(JSON.parse(text));
      expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
      expect(readInSteps(text, 1000)).toEqual(value);
    },
  );

  it('refuses large texts that the engine refuses', () => {
    const text = large('y'.repeat(500));
    const commas = [...text.matchAll(/,/g)].map(({ index }) => index);
    fc.assert(
      fc.property(damaged(fc.constant(text)), fc.constantFrom(...commas), (broken, comma) => {
        for (const one of [
          broken,
          text.slice(0, comma) + text.slice(comma + 1),
          `${text.slice(0, comma)},${text.slice(comma)}`,
        ]) {
          const expected = outcomeOf(() => JSON.parse(one) as JsonValue);
          const outcome = outcomeOf(() => readJson(one));
          if (expected === 'SyntaxError') expect(outcome).toBe('NotJson');
          else expect([JSON.stringify(expected), '"NotJson"']).toContain(JSON.stringify(outcome));
        }
      }),
      runs(200),
    );
  });

  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"b":2,"a":1}', '/a'],
    ['{"x":[{"k":1},{"k":1,"\\u006b":2}]}', '/x/1/k'],
    ['{"a/b":{"":1,"":2}}', '/a~1b/'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
    [`{"big":[${'1,'.repeat(40_000)}1],"a":1,"big":2}`, '/big'],
    [`{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join()},"k7":2}`, '/k7'],
  ])('refuses a member that is there twice and says where (%#)', (text, pointer) => {
    expect(() => readJson(text)).toThrow(NotJson);
    expect(() => readJson(text)).toThrow(`"${pointer}" twice`);
  });

  it('takes the same key in different objects, and as a value', () => {
    expect(readJson('[{"a":"a"},{"a":["a","a",{"a":{}}],"b":"a"}]')).toEqual([
      { a: 'a' },
      { a: ['a', 'a', { a: {} }], b: 'a' },
    ]);
  });

  it.each([
    ['{"a":[1,1e-400]}', '/a/1'],
    ['[1e400]', '/0'],
    ['{"n":-9007199254740993}', '/n'],
    ['{"a/b":0.1234567890123456789}', '/a~1b'],
    [`[${'1,'.repeat(40_000)}1e999]`, '/40000'],
    ['1e-400', ''],
  ])('refuses a number that a double cannot hold and says where (%#)', (text, pointer) => {
    expect(() => readJson(text)).toThrow(UnsupportedValue);
    expect(outcomeFacts(text)).toMatchObject({ pointer });
  });

  it('leaves digits in strings and keys alone', () => {
    const text = '{"1e400":"1e-400","x":"12345678901234567890"}';
    expect(readJson(text)).toEqual(JSON.parse(text));
  });

  it('refuses what is nested beyond measure before it is read', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(maxTextDepth))).toBeInstanceOf(Array);
    expect(() => readJson(nested(maxTextDepth + 1))).toThrow(StateTooDeep);
    expect(() => readJson('['.repeat(4_000_000))).toThrow(StateTooDeep);
  });

  it('refuses more values than it may read, before it reads all of them', () => {
    expect(readJson('[[],{"a":1}]', 4)).toEqual([[], { a: 1 }]);
    expect(() => readJson('[[],{"a":1}]', 3)).toThrow(TooManyValues);
    const reader = new JsonReader(`[${'[],'.repeat(200_000)}[]]`, 1000);
    expect(() => reader.read(64 * 1024)).toThrow(TooManyValues);
  });

  it('quotes nothing of the text', () => {
    expect(() => readJson('{"secret":"hush","x":hush}')).toThrow(/^(?!.*hush)/);
  });
});

function outcomeFacts(text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    return (error as UnsupportedValue).facts;
  }
}

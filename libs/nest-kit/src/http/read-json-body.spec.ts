import { StateTooDeep, StateTooLarge, UnsupportedValue, headOf, largeSourceOf } from '@nexus-state/documents';
import { maxTextValues } from '../json';
import { BodyTooLarge, MalformedJson } from '../problems/http-refusals';
import { readJsonBody } from './read-json-body';

const read = (text: string, maxValues = maxTextValues) => readJsonBody([Buffer.from(text)], { maxValues });

describe('readJsonBody', () => {
  it('reads JSON; `__proto__` is a key like any other', async () => {
    const value = (await read('{"a":[1,"ä"],"__proto__":{"b":1}}')) as object;
    expect(Object.keys(value)).toEqual(['a', '__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it.each([
    ['what is not JSON', '{"a":'],
    ['a member that an object has twice', '{"a":1,"a":2}'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => expect(read(text)).rejects.toThrow(MalformedJson));

  it('refuses what is not UTF-8', async () => {
    await expect(readJsonBody([Buffer.from([0x22, 0xff, 0x22])])).rejects.toThrow(MalformedJson);
  });

  it('refuses numbers that a double cannot hold, very deep nesting, and too many values', async () => {
    await expect(read('{"a":1e-400}')).rejects.toThrow(UnsupportedValue);
    await expect(read('['.repeat(2_000_000))).rejects.toThrow(StateTooDeep);
    await expect(read('[1,2,3,4]', 3)).rejects.toThrow(BodyTooLarge);
  });

  it('reads characters that come in two pieces, and refuses half a character at the end', async () => {
    const bytes = Buffer.from('{"a":"ä世😀"}');
    for (let at = 1; at < bytes.length; at++) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      expect([at, await readJsonBody(pieces)]).toEqual([at, { a: 'ä世😀' }]);
    }
    const half = [Buffer.from('"'), Buffer.from([0xc3])];
    await expect(readJsonBody(half)).rejects.toThrow(MalformedJson);
  });

  it('leaves an object of many members as text, and refuses a member that it has twice', async () => {
    const members = Array.from({ length: 100_000 }, (_, index) => `"k${index}":${index}`).join();
    const { large, small } = (await read(`{"small":{"a":1},"large":{${members}}}`)) as Record<string, object>;
    expect(Object.keys(headOf(large) as object).length).toBeLessThan(10_000);
    expect([small, headOf(small)]).toEqual([{ a: 1 }, undefined]);
    expect(largeSourceOf(large)).toBe(`{${members}}`);
    expect(large).toEqual(JSON.parse(`{${members}}`));
    await expect(read(`{${members},"k7":1}`)).rejects.toThrow('"/k7" twice');
    await expect(read(`{${members},"k":}`)).rejects.toThrow(MalformedJson);
  });

  it('yields to the event loop while it reads a large body', async () => {
    const text = JSON.stringify(Array.from({ length: 100_000 }, (_, id) => ({ id, text: 'some text' })));
    let turns = 0;
    let isRead = false;
    const takeTurns = (): void => {
      turns++;
      if (!isRead) setImmediate(takeTurns);
    };
    setImmediate(takeTurns);
    const value = await read(text);
    isRead = true;
    expect(value).toHaveLength(100_000);
    expect(turns).toBeGreaterThan(3);
  });

  describe('refuses a string that no state can hold, before it is decoded:', () => {
    const stateBytes = 1024 * 1024;
    const longest = 2 * stateBytes;
    const body = (string: string) => [Buffer.from(`{"a":"${string}"}`)];

    it.each([
      ['plain letters', 'x'.repeat(longest + 1)],
      ['letters of two bytes', 'ä'.repeat(longest / 2 + 1)],
      ['letters of three bytes', '中'.repeat(longest / 3 + 1)],
      ['escapes', '\\u0041'.repeat(longest + 1)],
      ['control characters', '\\u0001'.repeat(longest / 2 + 1)],
    ])('%s', async (_, string) => {
      await expect(readJsonBody(body(string), { stateBytes, holdsState: true })).rejects.toThrow(
        StateTooLarge,
      );
      await expect(readJsonBody(body(string), { stateBytes })).rejects.toThrow(BodyTooLarge);
    });

    it.each([
      ['plain letters', 'x'.repeat(longest - 2)],
      ['escapes', '\\u0041'.repeat(longest - 1)],
    ])('not %s that are as long as a patch may be', async (_, string) => {
      expect(await readJsonBody(body(string), { stateBytes, holdsState: true })).toEqual(
        JSON.parse(`{"a":"${string}"}`),
      );
    });
  });
});

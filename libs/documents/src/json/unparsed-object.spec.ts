import { canonicalJson } from './canonical-json';
import { headOf, unparsedObject } from './unparsed-object';

const text = '{"b":1,"__proto__":{"x":2},"a":[true,null]}';

it('is the object of its text, for code that does not know of it', () => {
  const object = unparsedObject(text, {}, false);
  expect(Object.keys(object)).toEqual(['b', '__proto__', 'a']);
  expect(object['b']).toBe(1);
  expect(Object.hasOwn(object, '__proto__')).toBe(true);
  expect({ ...object, c: 3 }).toHaveProperty('a', [true, null]);
  expect(JSON.stringify(object)).toBe(text);
  expect(canonicalJson(object)).toBe(canonicalJson(JSON.parse(text)));
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
});

it('is parsed only when a member is asked for', async () => {
  // Parsing this would throw.
  const object = unparsedObject('{', { b: 1 }, false);
  expect((await Promise.resolve(object)) === object).toBe(true);
  expect([typeof object, Array.isArray(object), headOf(object)]).toEqual(['object', false, { b: 1 }]);
  expect(() => object['a']).toThrow(SyntaxError);
  expect(() => 'a' in object).toThrow(SyntaxError);
});

it('has a member "then" where its text has one', () => {
  expect(unparsedObject('{"then":5}', {}, true)['then']).toBe(5);
});

it('no other value has a head', () => {
  expect([headOf({}), headOf([]), headOf(null), headOf('text')]).toEqual(Array(4).fill(undefined));
});

import type { JsonObject, JsonValue } from './json-value';
import { setMember } from './members';

/**
 * The canonical text of a JSON value (RFC 8785, JCS): keys sorted by UTF-16 code units, no white space, numbers
 * as ECMAScript prints them. Equal values have equal texts, so this is what is hashed, cached and answered.
 * @param value a faithful JSON value: no lone surrogates, no non-finite numbers (see `checkFaithful`)
 */
export function canonicalJson(value: JsonValue): string {
  const inOrder = sorted(value);
  // The engine's own JSON.stringify is several times faster, and writes members in the order they are in.
  return inOrder === undefined ? composed(value) : JSON.stringify(inOrder);
}

/**
 * The value with the members of every object in order: itself where they are already, else a copy of what is not.
 * Undefined where no object can have that order, because the engine puts keys like "10" before all others.
 */
function sorted(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? sortedArray(value) : sortedObject(value as JsonObject);
}

function sortedArray(values: readonly JsonValue[]): JsonValue | undefined {
  let copy: JsonValue[] | undefined;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as JsonValue;
    const inOrder = sorted(value);
    if (inOrder === undefined) return undefined;
    if (inOrder !== value) (copy ??= values.slice())[index] = inOrder;
  }
  return copy ?? (values as JsonValue);
}

function sortedObject(object: JsonObject): JsonValue | undefined {
  const keys = Object.keys(object);
  let isSame = true;
  for (let index = 1; index < keys.length; index++) {
    if ((keys[index - 1] as string) > (keys[index] as string)) isSame = false;
  }
  const first = keys[0];
  if (!isSame) {
    // Such keys always come first.
    if (first !== undefined && first >= '0' && first < ':' && isIndex(first)) return undefined;
    sortKeys(keys);
  }
  const members: JsonValue[] = [];
  for (const key of keys) {
    const member = object[key] as JsonValue;
    const inOrder = sorted(member);
    if (inOrder === undefined) return undefined;
    if (inOrder !== member) isSame = false;
    members.push(inOrder);
  }
  return isSame ? (object as JsonValue) : withMembers(keys, members);
}

/** So many keys are put in order faster by hand: the engine's `sort` copies them first. */
const fewKeys = 16;

function sortKeys(keys: string[]): void {
  if (keys.length > fewKeys) keys.sort();
  else
    keys.forEach((key, index) => {
      while (index > 0 && (keys[index - 1] as string) > key) keys[index] = keys[--index] as string;
      keys[index] = key;
    });
}

function withMembers(keys: readonly string[], members: readonly JsonValue[]): JsonValue {
  const copy: Record<string, JsonValue> = {};
  keys.forEach((key, index) => {
    setMember(copy, key, members[index] as JsonValue);
  });
  return copy;
}

function isIndex(key: string): boolean {
  return /^(?:0|[1-9]\d*)$/.test(key);
}

/** The text of a value, put together member by member: for objects whose keys the engine would put in another order. */
function composed(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(composed).join(',')}]`;
  const object = value as JsonObject;
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${composed(object[key] as JsonValue)}`);
  return `{${members.join(',')}}`;
}

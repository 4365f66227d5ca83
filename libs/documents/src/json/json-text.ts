import { canonicalJson } from './canonical-json';
import type { JsonValue } from './json-value';

/** From so many characters on, a value is not parsed, compared or written where other requests wait for it. */
export const largeText = 32 * 1024;

/** A JSON value (RFC 8259) that is at hand as text, because parsing it takes long. */
export class JsonText {
  /** @param text one JSON value, and nothing around it */
  constructor(readonly text: string) {}

  /** For `JSON.stringify`; `textAround` takes the text as it is. */
  toJSON(): JsonValue {
    return JSON.parse(this.text) as JsonValue;
  }
}

/** How deep `textAround` looks for texts, where it is not said. */
const envelopeDepth = 3;

/**
 * The canonical text of a value that holds texts in an envelope of objects and lists around them. Of the texts, only their
 * outermost places are looked at.
 * @param depth how many levels deep; what is deeper is taken for JSON without texts
 */
export function textAround(value: unknown, depth = envelopeDepth): string {
  return around(value, depth);
}

function around(value: unknown, depthLeft: number): string {
  if (value instanceof JsonText) return value.text;
  if (!holdsText(value, depthLeft)) return canonicalJson(value as JsonValue);
  if (Array.isArray(value)) return `[${value.map((element) => around(element, depthLeft - 1)).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${around(object[key], depthLeft - 1)}`)
    .join(',')}}`;
}

/** Whether a value holds a text (`JsonText`), in an envelope of at most so many levels. */
export function holdsText(value: unknown, depthLeft = envelopeDepth): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof JsonText) return true;
  return depthLeft > 0 && Object.values(value).some((inner) => holdsText(inner, depthLeft - 1));
}

const sources = new WeakMap<object, string>();

/** Remembers the text that an object or array was parsed from. The value must not be changed afterwards. */
export function noteSource(value: JsonValue, text: string): void {
  if (typeof value === 'object' && value !== null) sources.set(value, text);
}

/** The text that a value was parsed from, where it is large and its reader has noted it. */
export function largeSourceOf(value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? sources.get(value) : undefined;
  return text !== undefined && text.length > largeText ? text : undefined;
}

/**
 * Gives an object a member that is worked out when it is first asked for. It looks like any other member; a copy made by
 * spreading works it out, one made by `copyWith` does not.
 */
export function lazyMember<T extends object, K extends keyof T & string>(
  target: T,
  key: K,
  read: () => T[K],
): void {
  const get = (): T[K] => {
    const value = read();
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return value;
  };
  Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
}

/** A copy of an object with more members, whose lazy members stay lazy. */
export function copyWith<T extends object, U extends object>(object: T, more: U): Omit<T, keyof U> & U {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(object));
  return Object.assign(copy, more) as Omit<T, keyof U> & U;
}

/** Whether a text, or what has so many bytes of text, is better worked on elsewhere. */
export function isLarge(length: number | undefined): boolean {
  return length !== undefined && length > largeText;
}

/** A copy with more members; what is parsed when it is asked for, stays so. */
export function extended<T extends object, U extends object>(
  object: T,
  more: U,
  bytes: number,
): Omit<T, keyof U> & U {
  return isLarge(bytes) ? copyWith(object, more) : { ...object, ...more };
}

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

/** Whether a text, or what has so many bytes of text, is better worked on elsewhere. */
export function isLarge(length: number | undefined): boolean {
  return length !== undefined && length > largeText;
}

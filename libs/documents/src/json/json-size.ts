import type { JsonObject, JsonValue } from './json-value';

/** What `JSON.stringify` writes as more than the character itself: control characters, quotes, backslashes, lone surrogates. */
const plainAscii = /^[\x20\x21\x23-\x5b\x5d-\x7f]*$/;

/**
 * How many bytes the canonical text of a value has in UTF-8, without writing it. A value that is at several places
 * counts at each of them, so this is the size that the text would have, however little memory the value takes.
 * @param value a faithful JSON value
 * @param limit where to stop counting: what is larger than this costs no more time than what is as large
 * @returns the exact size up to `limit`; any number above `limit` for a larger value
 */
export function jsonSize(value: JsonValue, limit = Infinity): number {
  if (typeof value === 'string') return textSize(value);
  if (typeof value === 'number') return numberSize(value);
  if (value === null) return 4;
  if (typeof value === 'boolean') return value ? 4 : 5;
  return Array.isArray(value) ? arraySize(value, limit) : objectSize(value as JsonObject, limit);
}

function arraySize(values: readonly JsonValue[], limit: number): number {
  let size = 2 + Math.max(0, values.length - 1);
  for (let index = 0; index < values.length && size <= limit; index++) {
    size += jsonSize(values[index] as JsonValue, limit - size);
  }
  return size;
}

function objectSize(object: JsonObject, limit: number): number {
  const keys = Object.keys(object);
  // Braces, and of each member its colon and comma.
  let size = 2 + 2 * keys.length - (keys.length === 0 ? 0 : 1);
  for (let index = 0; index < keys.length && size <= limit; index++) {
    const key = keys[index] as string;
    size += textSize(key);
    size += jsonSize(object[key] as JsonValue, limit - size);
  }
  return size;
}

/** How many bytes a text has as a JSON string in UTF-8, quotes included. */
export function textSize(text: string): number {
  if (plainAscii.test(text)) return text.length + 2;
  let size = 2;
  for (let index = 0; index < text.length; index++) size += unitSize(text, index);
  return size;
}

/** What one UTF-16 code unit adds to the text. */
function unitSize(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if (unit >= 0x80) return unit < 0x800 ? 2 : wideSize(text, index, unit);
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit >= 0x20) return 1;
  // \b \t \n \f \r have short escapes, other control characters \u00xx.
  return unit >= 8 && unit <= 13 && unit !== 11 ? 2 : 6;
}

function wideSize(text: string, index: number, unit: number): number {
  if (unit < 0xd800 || unit > 0xdfff) return 3;
  const isHigh = unit < 0xdc00;
  const other = isHigh ? text.charCodeAt(index + 1) : text.charCodeAt(index - 1);
  const isPaired = isHigh ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other <= 0xdbff;
  // Half of four bytes; a lone surrogate is escaped.
  return isPaired ? 2 : 6;
}

function numberSize(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value < 1000) return value < 10 ? 1 : value < 100 ? 2 : 3;
  return Number.isFinite(value) ? String(value === 0 ? 0 : value).length : 4;
}

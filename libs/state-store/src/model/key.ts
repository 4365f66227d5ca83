import { InvalidKeyError } from './errors';

/** The bytes of UTF-8 that a key may have. */
export const maxKeyBytes = 1024;

// A control character in the sense of Unicode (category Cc): C0, DEL and C1.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Checks a key: 1 to 1,024 bytes of UTF-8, no control character, no empty segment, no `.` or `..` segment. Slashes
 * separate segments; one slash at the beginning belongs to a path-like key.
 * @returns the key
 * @throws InvalidKeyError with the rule that it breaks
 */
export function checkKey(key: string): string {
  const reason = faultOf(key);
  if (reason !== undefined) throw new InvalidKeyError(typeof key === 'string' ? key : String(key), reason);
  return key;
}

function faultOf(key: unknown): string | undefined {
  if (typeof key !== 'string') return 'a key is a string.';
  if (key === '') return 'it is empty.';
  if (!key.isWellFormed()) return 'it has a lone surrogate, which UTF-8 cannot express.';
  if (key.length > maxKeyBytes || utf8Length(key) > maxKeyBytes)
    return `it has more than ${maxKeyBytes} bytes.`;
  if (controlCharacter.test(key)) return 'it has a control character.';
  for (const segment of (key.startsWith('/') ? key.slice(1) : key).split('/')) {
    if (segment === '') return 'it has an empty segment: slashes neither double nor end a key.';
    if (segment === '.' || segment === '..') return `a segment may not be "${segment}".`;
  }
  return undefined;
}

/**
 * Checks the prefix of a list: empty for all keys, else the beginning of a key.
 * @throws InvalidKeyError
 */
export function checkPrefix(prefix: string): string {
  if (typeof prefix !== 'string') throw new InvalidKeyError(String(prefix), 'a prefix is a string.');
  if (!prefix.isWellFormed() || controlCharacter.test(prefix) || utf8Length(prefix) > maxKeyBytes) {
    throw new InvalidKeyError(prefix, `a prefix has at most ${maxKeyBytes} bytes, and no control character.`);
  }
  return prefix;
}

/**
 * The order of keys: by their bytes in UTF-8, as databases compare them. JavaScript's own order differs above U+D7FF.
 * @returns less than 0 where `a` comes first, 0 for the same key
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters from U+10000, which come after all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** How many bytes a well-formed text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) bytes += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/**
 * The first text, in the order of keys, that comes after every key with a prefix; undefined where none does.
 * Databases find the keys with a prefix between both.
 */
export function prefixEnd(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) as number);
  for (let point = points.pop(); point !== undefined; point = points.pop()) {
    if (point === 0x10ffff) continue;
    // Surrogates are no characters.
    return String.fromCodePoint(...points, point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}

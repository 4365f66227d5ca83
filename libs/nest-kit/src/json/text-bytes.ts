import type { WindowedText } from './windowed-text';

/** A character of a string needs at most so many characters in JSON: `\\u0041`. */
const longestEscape = 6;

/**
 * Counts the bytes that a string of a JSON text has at least in canonical JSON (RFC 8785), without decoding it. It is fast where
 * it matters: it ends once the limit is passed.
 * @param start where the string begins, at its quote; `end` behind the closing one
 * @returns a number above `limit` where the string is longer for certain
 */
export function leastTextBytes(
  text: string | WindowedText,
  start: number,
  end: number,
  limit: number,
): number {
  const length = end - start - 2;
  const least = Math.ceil(length / longestEscape);
  if (least > limit) return least;
  let bytes = 0;
  for (let at = start + 1; at < end - 1 && bytes <= limit; at++) {
    const unit = text.charCodeAt(at);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
    if (unit !== 0x5c) continue;
    const isUnicode = text.charCodeAt(at + 1) === 0x75;
    // Control characters stay escapes of two characters at least.
    if (isUnicode && text.slice(at + 2, at + 4) === '00' && text.charCodeAt(at + 4) < 0x32) bytes++;
    at += isUnicode ? longestEscape - 1 : 1;
  }
  return bytes;
}

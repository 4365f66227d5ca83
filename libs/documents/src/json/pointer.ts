import type { JsonValue } from './json-value';

/** More reference tokens than a pointer may have: it would lead deeper than any state may nest. */
const maxTokens = 1_024;

/** Whether a text is a JSON Pointer (RFC 6901). */
export function isPointerText(text: string): boolean {
  return text === '' || (text[0] === '/' && !/~(?![01])/.test(text));
}

/**
 * The reference tokens of a JSON Pointer (RFC 6901).
 * @param pointer `""` for the whole document, or `/a/b`
 * @returns the unescaped tokens, or undefined when the text is not a pointer; the first 1,025 where there are more, which
 *   lead deeper than any state may nest, so to no value
 */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return [];
  if (!isPointerText(pointer)) return undefined;
  const tokens = pointer.slice(1).split('/', maxTokens + 1);
  return pointer.includes('~') ? tokens.map(unescapeToken) : tokens;
}

/** The pointer that leads one token further: `appendToken('/a', 'b/c')` is `/a/b~1c`. */
export function appendToken(pointer: string, token: string): string {
  return `${pointer}/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

// RFC 6901 section 4: "~1" first, so that "~01" becomes "~1" and not "/".
function unescapeToken(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** The value at the end of a pointer's tokens; undefined where they lead nowhere. */
export function valueAt(root: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    value = Object.hasOwn(value, token) ? (value as Record<string, JsonValue>)[token] : undefined;
  }
  return value;
}

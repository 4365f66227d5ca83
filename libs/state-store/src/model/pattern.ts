import { InvalidKeyError } from './errors';
import { checkKey } from './key';

/** What a watch follows: one key, or every key that begins with a prefix; the empty prefix is every key. */
export type Pattern =
  { readonly kind: 'key'; readonly key: string } | { readonly kind: 'prefix'; readonly prefix: string };

/**
 * Reads a pattern: an exact key, `prefix/*` for all keys below a path at any depth, or `*` for all keys.
 * @throws InvalidKeyError
 */
export function readPattern(pattern: string): Pattern {
  if (typeof pattern !== 'string') throw new InvalidKeyError(String(pattern), 'a pattern is a string.');
  if (pattern === '*' || pattern === '/*') return { kind: 'prefix', prefix: pattern.slice(0, -1) };
  if (pattern.endsWith('/*')) {
    checkKey(pattern.slice(0, -2));
    return { kind: 'prefix', prefix: pattern.slice(0, -1) };
  }
  // As a key it would be valid and match nothing that the author meant.
  if (pattern.endsWith('*')) {
    throw new InvalidKeyError(
      pattern,
      'a pattern is a key, or a path that ends in "/*"; "*" alone is all keys.',
    );
  }
  return { kind: 'key', key: checkKey(pattern) };
}

/** Whether a key matches. */
export function matches(pattern: Pattern, key: string): boolean {
  return pattern.kind === 'key' ? pattern.key === key : key.startsWith(pattern.prefix);
}

/** The prefixes of patterns that a key matches: the empty one, and one for each slash. */
export function prefixesOf(key: string): string[] {
  const prefixes = [''];
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1)) prefixes.push(key.slice(0, at + 1));
  return prefixes;
}

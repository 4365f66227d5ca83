import { configure } from 'safe-stable-stringify';
import type { JsonValue } from './json-value';

const stringify = configure({ deterministic: true });

/**
 * The canonical text of a JSON value (RFC 8785, JCS): keys sorted by UTF-16 code units, no white space, numbers
 * as ECMAScript prints them. Equal values have equal texts, so this is what is hashed, cached and answered.
 * @param value a faithful JSON value: no lone surrogates, no non-finite numbers (see `checkFaithful`)
 */
export function canonicalJson(value: JsonValue): string {
  return stringify(value) as string;
}

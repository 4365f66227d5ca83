import { configure } from 'safe-stable-stringify';
import type { JsonValue } from '@nexus-state/documents';

const stringify = configure({ deterministic: true });

/**
 * The text of a JSON value as it is committed: two-space indented, keys sorted by UTF-16 code units (as RFC 8785
 * sorts), a final newline. Equal values have equal texts, so a diff of two commits shows what changed and nothing else.
 * @param value a faithful JSON value (see `checkFaithful`)
 */
export function prettyJson(value: JsonValue): string {
  return `${stringify(value, null, 2) as string}\n`;
}

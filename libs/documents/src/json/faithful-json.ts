import { StateTooDeep, UnsupportedValue } from '../errors';
import { appendToken } from './pointer';
import type { JsonValue } from './json-value';

/**
 * Refuses what PostgreSQL's JSONB, or a JSON reader elsewhere, could not give back unchanged (RFC 7493, I-JSON):
 * U+0000 and lone surrogates in strings and keys, numbers that are not finite, integers beyond ±(2^53−1).
 *
 * @param value the parsed value; not changed
 * @param maxDepth how deep objects and arrays may nest; a scalar has depth 0
 * @param pointer where `value` is, for the message (RFC 6901)
 * @returns the characters of its text that were seen on the way: its canonical text has at least as many bytes, and at most
 *   `bytesPerCharacter` times as many
 * @throws UnsupportedValue with the pointer of the culprit
 * @throws StateTooDeep when it nests deeper than `maxDepth`
 */
export function checkFaithful(value: JsonValue, maxDepth: number, pointer = ''): number {
  // Pointers are only built for a culprit: the walk below must stay cheap, it runs on every write.
  const walk = new Walk();
  const culprit = walk.findCulprit(value, maxDepth);
  if (!culprit) return walk.characters;
  const at = culprit.tokens.reduceRight((path, token) => appendToken(path, token), pointer);
  throw culprit.reason === undefined
    ? new StateTooDeep(at, maxDepth)
    : new UnsupportedValue(at, culprit.reason);
}

/** A number counts as one character when it is checked, and has up to 24; a character of a string up to 6 bytes. */
export const bytesPerCharacter = 24;

interface Culprit {
  /** The way to the culprit, innermost token first. */
  readonly tokens: string[];
  /** Why it is refused; undefined when it is nested too deep. */
  readonly reason?: string;
}

/** One walk through a value. */
class Walk {
  characters = 0;

  findCulprit(value: JsonValue, depthLeft: number): Culprit | undefined {
    if (typeof value === 'string') {
      this.characters += value.length + 2;
      return unfaithfulText(value);
    }
    this.characters++;
    if (typeof value === 'number') return unfaithfulNumber(value);
    if (value === null || typeof value !== 'object') return undefined;
    if (depthLeft === 0) return { tokens: [] };
    if (Array.isArray(value)) return this.#findInArray(value, depthLeft);
    for (const key of Object.keys(value)) {
      this.characters += key.length + 3;
      const member = (value as Record<string, JsonValue>)[key] as JsonValue;
      const culprit = unfaithfulText(key, 'its key contains') ?? this.findCulprit(member, depthLeft - 1);
      if (culprit) return { ...culprit, tokens: [...culprit.tokens, key] };
    }
    return undefined;
  }

  #findInArray(values: readonly JsonValue[], depthLeft: number): Culprit | undefined {
    for (let index = 0; index < values.length; index++) {
      const culprit = this.findCulprit(values[index] as JsonValue, depthLeft - 1);
      if (culprit) return { ...culprit, tokens: [...culprit.tokens, String(index)] };
    }
    return undefined;
  }
}

function unfaithfulText(text: string, found = 'it contains'): Culprit | undefined {
  if (text.includes('\u0000')) return { tokens: [], reason: `${found} the character U+0000.` };
  if (!text.isWellFormed()) return { tokens: [], reason: `${found} a lone surrogate.` };
  return undefined;
}

function unfaithfulNumber(value: number): Culprit | undefined {
  if (!Number.isFinite(value)) return { tokens: [], reason: 'it exceeds the range of a double.' };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return { tokens: [], reason: 'integers beyond ±9007199254740991 lose digits; send it as a string.' };
  }
  return undefined;
}

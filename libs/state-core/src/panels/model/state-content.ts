import { hash } from 'node:crypto';
import {
  StateTooLarge,
  UnsupportedValue,
  type JsonObject,
  type JsonValue,
  bytesPerCharacter,
  canonicalJson,
  checkFaithful,
  isJsonObject,
  jsonSize,
} from '@nexus-state/documents';
import type { Limits } from './limits';

/** A state with everything that is derived from it. */
export interface StateContent {
  readonly state: JsonObject;
  /** The state's canonical text (RFC 8785): what is hashed, stored and answered. */
  readonly stateText: string;
  /** SHA-256 of `stateText`, hex. */
  readonly checksum: string;
  /** Length of `stateText` in UTF-8 bytes. */
  readonly stateSizeBytes: number;
  /** See `countStateVariables`; only where it was counted already. */
  readonly stateVariables?: number | undefined;
}

/**
 * Derives a state's text, checksum and size.
 * @param value what a change results in; must be a JSON object
 * @param at where the value is in the request, for messages (RFC 6901)
 * @throws UnsupportedValue when the value is not a JSON object, or holds what cannot be stored faithfully
 * @throws StateTooDeep when it nests deeper than the limit
 * @throws StateTooLarge when its text is over the limit
 */
export function stateContent(value: JsonValue, limits: Limits, at = ''): StateContent {
  if (!isJsonObject(value)) throw new UnsupportedValue(at, 'a state must be a JSON object.');
  const { stateBytes, stateDepth } = limits;
  const characters = checkFaithful(value, stateDepth, at);
  if (characters * bytesPerCharacter > stateBytes) {
    // Counted before it is written: what is too large may be much larger than the limit.
    const size = jsonSize(value, stateBytes);
    if (size > stateBytes) throw new StateTooLarge(size, stateBytes);
  }
  const stateText = canonicalJson(value);
  const stateSizeBytes = Buffer.byteLength(stateText);
  return { state: value, stateText, checksum: checksumOf(stateText), stateSizeBytes };
}

/** SHA-256 of a canonical text, hex. */
export function checksumOf(stateText: string): string {
  return hash('sha256', stateText, 'hex');
}

/** The number of leaf values under `$state`, or under the root where there is no `$state`. */
export function countStateVariables(state: JsonObject): number {
  return countLeaves(Object.hasOwn(state, '$state') ? (state['$state'] as JsonValue) : state);
}

function countLeaves(value: JsonValue): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, child) => sum + countLeaves(child), 0);
}

import type { Config } from '../config/read-config';
import type { JsonBodyRules } from '../http/read-json-body';
import { maxTextValues } from '../json';

/** A body over this is not read at all; above the limit of states, so that a large state gets its own error. */
const minBodyLimitBytes = 16 * 1024 * 1024;

/** The most bytes that a body, or a message, may have. */
export function bodyLimitBytes({ MAX_STATE_BYTES }: Config): number {
  return Math.max(minBodyLimitBytes, 4 * MAX_STATE_BYTES);
}

/** What JSON may be like that clients send. */
export function jsonBodyLimits({ MAX_STATE_BYTES }: Config): Required<Omit<JsonBodyRules, 'holdsState'>> {
  return { maxValues: Math.max(maxTextValues, MAX_STATE_BYTES), stateBytes: MAX_STATE_BYTES };
}

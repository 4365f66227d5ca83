import { type JsonValue, equalJson } from '@nexus-state/documents';
import { InvalidKeyError, UnsupportedValueError, ValidationFailedError } from '../http/telling-errors';

const control = /[\u0000-\u001f\u007f-\u009f]/;
/** Nothing, or a segment that is empty, `.` or `..`. */
const misshapen = /^$|\/\/|\/$|(^|\/)\.\.?(\/|$)/;

/**
 * Checks a key.
 * @throws InvalidKeyError
 */
export function checkKey(key: string): string {
  return checkPrefix(misshapen.test(key) ? '\0' : key, key);
}

/**
 * Checks the prefix of a list.
 * @throws InvalidKeyError
 */
export function checkPrefix(prefix: string, key = prefix): string {
  // As UTF-8 a lone surrogate becomes another character.
  if (prefix.isWellFormed() && !control.test(prefix)) return prefix;
  const reason =
    'a key has 1 to 1,024 bytes of UTF-8, no control character, and no empty, "." or ".." segment.';
  const message = `The key ${JSON.stringify(key)} is not valid: ${reason}`;
  throw new InvalidKeyError({ error: 'invalid_key', status: 400, message, key, reason });
}

/**
 * Checks what a watch follows: a key, `prefix/*`, or `*`.
 * @throws InvalidKeyError
 */
export function checkPattern(pattern: string): string {
  // Any other key that ends in a star would match nothing that the author meant.
  if (!/^\/?\*$/.test(pattern)) checkKey(pattern.replace(/\/\*$/, '').replace(/\*$/, '/'));
  return pattern;
}

/**
 * Checks that JSON gives a value back as it is.
 * @throws UnsupportedValueError
 */
export function checkJson(value: JsonValue): JsonValue {
  try {
    if (!isBytes(value) && equalJson(JSON.parse(JSON.stringify(value)) as JsonValue, value)) return value;
  } catch {
    // It has no text: refused as what changes.
  }
  const message = 'The value is not JSON. Write bytes with set().';
  throw new UnsupportedValueError({ error: 'unsupported_value', status: 422, message, pointer: '' });
}

/**
 * A time to live as the service takes it.
 * @param ttl milliseconds
 * @throws ValidationFailedError
 */
export function secondsOf(ttl: number | undefined): number | undefined {
  if (ttl === undefined || (ttl > 0 && Number.isFinite(ttl))) return ttl && ttl / 1000;
  const errors = [{ pointer: 'ttl', message: 'must be a number of milliseconds, more than 0' }];
  const message = 'The time to live is no number of milliseconds.';
  throw new ValidationFailedError({ error: 'validation_failed', status: 400, message, errors });
}

/** Whether a value is bytes; also those of another realm, such as a worker's. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** @throws UnsupportedValueError for what is no bytes */
export function checkBytes(value: Uint8Array): Uint8Array {
  if (isBytes(value)) return value;
  const message = 'set() takes bytes (a Uint8Array). Write JSON with setJson().';
  throw new UnsupportedValueError({ error: 'unsupported_value', status: 422, message, pointer: '' });
}

import {
  type JsonValue,
  StateTooDeep,
  UnsupportedValue,
  canonicalJson,
  checkFaithful,
} from '@nexus-state/documents';
import { NotJsonError, UnsupportedValueError, ValueTooLargeError } from './errors';

/** What a key holds: opaque bytes, or JSON. */
export type Value = Uint8Array | JsonValue;

/** A value as stores keep it: bytes as they are, JSON as its canonical text (RFC 8785) in UTF-8. */
export interface StoredValue {
  readonly format: 'bytes' | 'json';
  readonly bytes: Uint8Array;
}

/** The bytes that a value may have: 1 MiB. JSON counts as its canonical text in UTF-8. */
export const maxValueBytes = 1_048_576;
/** How deep JSON may nest. */
export const maxValueDepth = 100;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * What stores keep of a value: bytes for a `Uint8Array`, else JSON.
 * @throws UnsupportedValueError for what JSON cannot express
 * @throws ValueTooLargeError
 */
export function encodeValue(value: Value): StoredValue {
  if (!isBytes(value)) return encodeJson(value);
  checkSize(value.byteLength);
  // A copy, which later changes of the caller's buffer do not reach.
  return { format: 'bytes', bytes: new Uint8Array(value) };
}

/**
 * @throws UnsupportedValueError for what JSON cannot express, or what other readers would change (RFC 7493)
 * @throws ValueTooLargeError
 */
export function encodeJson(value: JsonValue): StoredValue {
  const text = textOf(value);
  if (text.length > maxValueBytes) throw new ValueTooLargeError(text.length, maxValueBytes);
  const bytes = encoder.encode(text);
  checkSize(bytes.byteLength);
  return { format: 'json', bytes };
}

/** Whether a value is bytes; also those of another realm, such as a worker's or a test runner's. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

function textOf(value: JsonValue): string {
  let text: string | undefined;
  try {
    checkFaithful(value, maxValueDepth);
    text = canonicalJson(value) as string | undefined;
  } catch (error) {
    throw unsupported(error);
  }
  if (text === undefined) throw new UnsupportedValueError('The value is not JSON: it has no text.');
  return text;
}

function unsupported(error: unknown): UnsupportedValueError {
  if (error instanceof UnsupportedValue || error instanceof StateTooDeep) {
    const { pointer, reason = `it is nested deeper than ${maxValueDepth} levels.` } = error.facts;
    return new UnsupportedValueError(String(reason), String(pointer));
  }
  return new UnsupportedValueError(error instanceof Error ? error.message : String(error));
}

function checkSize(size: number): void {
  if (size > maxValueBytes) throw new ValueTooLargeError(size, maxValueBytes);
}

/** The value as callers get it: a copy of the bytes, or the parsed JSON. */
export function decodeValue(stored: StoredValue): Value {
  return stored.format === 'bytes' ? new Uint8Array(stored.bytes) : parse(stored.bytes);
}

/**
 * The JSON that a key holds.
 * @throws NotJsonError where it holds bytes
 */
export function decodeJson(key: string, stored: StoredValue): JsonValue {
  if (stored.format !== 'json') throw new NotJsonError(key);
  return parse(stored.bytes);
}

function parse(bytes: Uint8Array): JsonValue {
  return JSON.parse(decoder.decode(bytes)) as JsonValue;
}

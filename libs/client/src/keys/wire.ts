import type { JsonValue } from '@nexus-state/documents';
import { checkJson, isBytes, secondsOf } from './arguments';
import type { KeyOperation, KeyValue, SetOptions } from './key-answers';

/** A value in JSON: itself, or bytes in Base64 (RFC 4648, section 4). */
export interface WireValue {
  readonly value?: JsonValue;
  readonly encoding?: 'base64';
}

/** A value with its options, as a request has it. */
export function wireSet(value: KeyValue, { ttl, sensitive }: SetOptions = {}): object {
  return {
    ...(isBytes(value) ? { value: toBase64(value), encoding: 'base64' } : { value: checkJson(value) }),
    ttlSeconds: secondsOf(ttl),
    sensitive,
  };
}

/** An operation of a transaction, as a request has it. */
export function wireOperation(operation: KeyOperation): object {
  const { key } = operation;
  if (operation.type === 'set') return { set: { key, ...wireSet(operation.value, operation) } };
  return operation.type === 'delete' ? { delete: { key } } : { check: { key, version: operation.version } };
}

/** An entry, a listed key or an event, with its value; `value` is not there where none was shown. */
export function withValue<T extends object>(item: T): T {
  const { encoding, ...rest } = item as T & WireValue;
  return (encoding ? { ...rest, value: fromBase64(rest.value as string) } : rest) as T;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

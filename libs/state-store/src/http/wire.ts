import type { JsonValue } from '@nexus-state/documents';
import { InvalidArgumentError, type Value, isBytes } from '../model';
import type { Entry } from '../store';
import type { WatchEvent } from '../watch';

/** A value in JSON: itself, or bytes in Base64 (RFC 4648, section 4). */
export interface WireValue {
  readonly value?: JsonValue;
  readonly encoding?: 'base64';
}

export function toWire(value: Value): WireValue {
  return isBytes(value) ? { value: toBase64(value), encoding: 'base64' } : { value };
}

/**
 * @throws InvalidArgumentError for an unknown encoding, or text that is not Base64
 */
export function fromWire({ value, encoding }: WireValue): Value {
  if (encoding === undefined) return value as JsonValue;
  if (encoding !== 'base64' || typeof value !== 'string') {
    throw new InvalidArgumentError('encoding', 'the only encoding is base64, with the value as its text.');
  }
  try {
    return fromBase64(value);
  } catch {
    throw new InvalidArgumentError('value', 'it is not Base64 (RFC 4648, section 4).');
  }
}

/** A value that may be missing, as that of a deletion or a secret. */
export function optionalFromWire(wire: WireValue): Value | undefined {
  return wire.value === undefined ? undefined : fromWire(wire);
}

/** An entry, a listed key, or an event, with its value as JSON. */
export function withWireValue<T extends { readonly value?: Value | undefined }>(
  item: T,
): Omit<T, 'value'> & WireValue {
  const { value, ...rest } = item;
  return value === undefined ? rest : { ...rest, ...toWire(value) };
}

/** The same, back. */
export function withValue<T extends WireValue>(item: T): Omit<T, 'value' | 'encoding'> & { value?: Value } {
  const { value, encoding, ...rest } = item;
  if (value === undefined) return rest;
  return { ...rest, value: fromWire(encoding === undefined ? { value } : { value, encoding }) };
}

export type WireEntry = Omit<Entry, 'value'> & WireValue;
export type WireEvent = Omit<WatchEvent, 'value'> & WireValue;

/** The path of a key: as it is where it begins with a slash, else in the query. */
export function pathOf(key: string): string {
  if (!key.startsWith('/')) return `/api/kv/?key=${encodeURIComponent(key)}`;
  return `/api/kv${key.split('/').map(encodeURIComponent).join('/')}`;
}

// In pieces: a call takes a limited number of arguments.
const pieceBytes = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceBytes));
  }
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

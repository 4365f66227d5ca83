import type { JsonValue } from '@nexus-state/documents';
import { ValidationFailed } from '@nexus-state/documents';
import type { SetOptions, Value } from '@nexus-state/store';
import { fromWire } from '@nexus-state/store/http';

interface WireValue {
  readonly value: unknown;
  readonly encoding?: 'base64' | undefined;
}

/**
 * The value of a body: JSON as it is, or the bytes of its Base64.
 * @throws ValidationFailed at `/value`
 */
export function valueOf({ value, encoding }: WireValue): Value {
  if (encoding === undefined) return value as JsonValue;
  try {
    return fromWire({ value: value as JsonValue, encoding });
  } catch {
    throw new ValidationFailed([{ pointer: '/value', message: 'must be Base64 (RFC 4648, section 4)' }]);
  }
}

/** The time to live of a body, in milliseconds as they were meant: not with what a product of fractions adds. */
export function optionsOf({ ttlSeconds }: { readonly ttlSeconds?: number | undefined }): SetOptions {
  return ttlSeconds === undefined ? {} : { ttl: Math.round(ttlSeconds * 1_000_000) / 1_000 };
}

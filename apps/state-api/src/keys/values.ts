import type { JsonValue } from '@nexus-state/documents';
import { UnsupportedValue, ValidationFailed } from '@nexus-state/documents';
import { type SetOptions, UnsupportedValueError, type Value } from '@nexus-state/store';
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

/**
 * Has the pointer of a value that cannot be stored begin at its place in the body.
 * @throws UnsupportedValue; what `make` throws
 */
export function valueAt<T>(at: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof UnsupportedValueError)) throw error;
    throw new UnsupportedValue(`${at}${error.pointer ?? ''}`, error.reason);
  }
}

/** What a body asks for beside its value. */
interface WireOptions {
  readonly ttlSeconds?: number | undefined;
  readonly sensitive?: boolean | undefined;
}

/** The options of a body; a time to live in milliseconds as it was meant: not with what a product of fractions adds. */
export function optionsOf({ ttlSeconds, sensitive }: WireOptions): SetOptions {
  return {
    ...(ttlSeconds === undefined ? {} : { ttl: Math.round(ttlSeconds * 1_000_000) / 1_000 }),
    ...(sensitive === undefined ? {} : { sensitive }),
  };
}

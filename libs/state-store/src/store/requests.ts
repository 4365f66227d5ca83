import type { JsonValue } from '@nexus-state/documents';
import {
  InvalidArgumentError,
  type Receipt,
  type Value,
  type VersionCheck,
  type Write,
  type WriteRequest,
  checkKey,
  encodeJson,
  encodeValue,
} from '../model';
import type { SetOptions, TransactionOperation, TransactionResult, TtlOptions } from './state-store';

/** The operations that a transaction may have. */
export const maxOperations = 128;
/** The longest time to live: 100 years. */
const maxTtlMs = 3_155_760_000_000;

/**
 * A checked write of a value.
 * @throws InvalidKeyError
 * @throws InvalidArgumentError
 */
export function setWrite(key: string, value: Value, options: SetOptions = {}): Write {
  const { sensitive } = options;
  if (sensitive !== undefined && typeof sensitive !== 'boolean') {
    throw new InvalidArgumentError('sensitive', 'give true or false.');
  }
  return {
    type: 'set',
    key: checkKey(key),
    value: encodeValue(value),
    ...ttlOf(options),
    ...(sensitive === undefined ? {} : { sensitive }),
  };
}

/** A checked merge patch. */
export function mergeWrite(key: string, patch: JsonValue, options: TtlOptions = {}): Write {
  checkKey(key);
  // As a value it has to be JSON within the bounds, and the caller may change it before it is applied.
  const { bytes } = encodeJson(patch);
  return {
    type: 'merge',
    key,
    patch: JSON.parse(new TextDecoder().decode(bytes)) as JsonValue,
    ...ttlOf(options),
  };
}

export function deleteWrite(key: string): Write {
  return { type: 'delete', key: checkKey(key) };
}

/** A checked condition. */
export function versionCheck(key: string, version: number, index?: number): VersionCheck {
  checkKey(key);
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new InvalidArgumentError('version', 'give a whole number, or 0 for a key that holds nothing.');
  }
  return { key, version, ...(index === undefined ? {} : { index }) };
}

/**
 * The request for a transaction.
 * @throws InvalidArgumentError for too many operations, an unknown one, or a key that two of them write
 */
export function transactionRequest(operations: readonly TransactionOperation[]): WriteRequest {
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > maxOperations) {
    throw new InvalidArgumentError('operations', `a transaction has 1 to ${maxOperations} operations.`);
  }
  const checks: VersionCheck[] = [];
  const writes = new Map<string, Write>();
  operations.forEach((operation: TransactionOperation, index) => {
    if (operation?.type === 'checkVersion') {
      checks.push(versionCheck(operation.key, operation.version, index));
      return;
    }
    const write = writeOf(operation, index);
    if (writes.has(write.key)) {
      throw new InvalidArgumentError(
        `operations/${index}`,
        'another operation writes the same key. Write it once.',
      );
    }
    writes.set(write.key, write);
  });
  return { checks, writes: [...writes.values()] };
}

/** What a transaction comes to, of the receipt of its request. */
export function transactionResult(
  operations: readonly TransactionOperation[],
  { revision, results }: Receipt,
): TransactionResult {
  const written = new Map(results.map(({ key, version }) => [key, version]));
  return {
    revision,
    results: operations.map((operation) => ({
      key: operation.key,
      version: operation.type === 'checkVersion' ? operation.version : (written.get(operation.key) ?? 0),
    })),
  };
}

function writeOf(operation: Exclude<TransactionOperation, { type: 'checkVersion' }>, index: number): Write {
  if (operation?.type === 'set') return setWrite(operation.key, operation.value, operation);
  if (operation?.type === 'delete') return deleteWrite(operation.key);
  throw new InvalidArgumentError(`operations/${index}`, 'its type is checkVersion, set or delete.');
}

function ttlOf({ ttl }: TtlOptions): { ttl?: number } {
  if (ttl === undefined) return {};
  if (typeof ttl !== 'number' || !(ttl > 0) || ttl > maxTtlMs) {
    throw new InvalidArgumentError('ttl', `give milliseconds above 0, and at most ${maxTtlMs}.`);
  }
  return { ttl: Math.ceil(ttl) };
}

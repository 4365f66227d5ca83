import type { JsonValue } from '@nexus-state/documents';
import type { StoredValue } from './value';

/** That a key is at a version; 0 for a key that holds nothing. */
export interface VersionCheck {
  readonly key: string;
  readonly version: number;
  /** Which operation of a transaction it is, from 0. */
  readonly index?: number;
}

/** A change that is asked for. */
export type Write =
  | {
      readonly type: 'set';
      readonly key: string;
      readonly value: StoredValue;
      /** Milliseconds. Without it the key stays until it is deleted. */
      readonly ttl?: number;
      /** Where it is not said, a sensitive value stays one. */
      readonly sensitive?: boolean;
    }
  | {
      /** A merge patch (RFC 7396). The time to live goes on where none is given, and sensitive stays sensitive. */
      readonly type: 'merge';
      readonly key: string;
      readonly patch: JsonValue;
      readonly ttl?: number;
    }
  | { readonly type: 'delete'; readonly key: string }
  /** Deletes the key if its time to live has passed. */
  | { readonly type: 'expire'; readonly key: string };

/** Writes that happen as one, or not at all, if all checks hold before them. Each key is written once at most. */
export interface WriteRequest {
  readonly checks: readonly VersionCheck[];
  readonly writes: readonly Write[];
}

/** What came of a request that was accepted. */
export interface Receipt {
  /** The revision of its changes; the current one where it changed nothing. */
  readonly revision: number;
  /** The versions after it, in the order of the writes. */
  readonly results: readonly WriteResult[];
}

/** What came of one write. */
export interface WriteResult {
  readonly key: string;
  /** The version of the change; for a deletion that found nothing, 0. */
  readonly version: number;
  /** Whether the key held a value before. */
  readonly existed: boolean;
}

/** The keys that a request is decided on. */
export function keysOf({ checks, writes }: WriteRequest): string[] {
  const keys = new Set<string>();
  for (const { key } of checks) keys.add(key);
  for (const { key } of writes) keys.add(key);
  return [...keys];
}

/** Those of them whose values it is decided on. */
export function mergedKeysOf({ writes }: WriteRequest): string[] {
  return writes.flatMap(({ type, key }) => (type === 'merge' ? [key] : []));
}

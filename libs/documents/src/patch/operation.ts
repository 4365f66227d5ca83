import type { JsonValue } from '../json';

/** One operation of a JSON Patch (RFC 6902, section 4). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/** A JSON Patch (RFC 6902): operations applied in order, all of them or none. */
export type JsonPatch = readonly PatchOperation[];

/**
 * Adds `value` to the number at `path`: an extension of the six operations of RFC 6902. Two increments of one number
 * never conflict.
 */
export interface IncrementOperation {
  readonly op: 'inc';
  readonly path: string;
  readonly value: number;
}

/** A patch as a caller may send it. Stored and delivered patches are plain `JsonPatch`es. */
export type PatchRequest = readonly (PatchOperation | IncrementOperation)[];

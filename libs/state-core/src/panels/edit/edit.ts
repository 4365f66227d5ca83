import type { JsonObject, JsonValue, PatchRequest } from '@nexus-state/documents';

/** A change that a caller wants to make of a panel, as data: a queue, a proposal or a message can hold it. */
export type Edit =
  /** Makes the panel. One that was deleted goes on counting versions where it ended. */
  | { readonly kind: 'create'; readonly state: JsonObject }
  /** Puts a whole new state in place. Merged, it is the difference to the state that its author saw. */
  | { readonly kind: 'replace'; readonly state: JsonObject }
  /** A JSON Patch (RFC 6902): all of its operations or none. */
  | { readonly kind: 'patch'; readonly patch: PatchRequest }
  /** A merge patch (RFC 7396): objects merge, `null` removes, everything else replaces. */
  | { readonly kind: 'merge-patch'; readonly document: JsonValue }
  /** Writes the state of an earlier version as a new version; history stays as it is. */
  | { readonly kind: 'revert'; readonly targetVersion: number }
  /** Ends the panel. Its history stays, and its versions are never used again. */
  | { readonly kind: 'delete' };

/**
 * What becomes of an edit that is based on an old version. One that yields is merged, and loses what collides: turns whose policy
 * says so edit in this way.
 */
export type ConflictPolicy = 'reject' | 'merge' | 'overwrite' | 'yield';

/** How large a panel and a patch may be. */
export interface Limits {
  /** Bytes of a state's canonical text (UTF-8). */
  readonly stateBytes: number;
  /** How deep objects and arrays of a state may nest. */
  readonly stateDepth: number;
  /** Operations in one patch. */
  readonly patchOperations: number;
}

/** The limits where none are configured: 1 MiB, 128 levels, 1,000 operations. */
export const defaultLimits: Limits = { stateBytes: 1024 * 1024, stateDepth: 128, patchOperations: 1000 };

/** For what was accepted once: it is within limits, also when they have been lowered since. */
export const noLimits: Limits = { stateBytes: Infinity, stateDepth: Infinity, patchOperations: Infinity };

import type { ErrorCode } from './error-code';

/** What an error tells beside its code: plain JSON, shown to the caller. Never state values, never secrets. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

/**
 * A refusal: expected, with a code the caller can act on. Whatever is thrown without being one is a bug, is
 * logged with its stack and answered without details.
 */
export abstract class StateError extends Error {
  abstract readonly code: ErrorCode;

  /**
   * @param message what happened and what to do, for people
   * @param facts what a program needs to act on it, e.g. `currentVersion`
   */
  constructor(
    message: string,
    readonly facts: ErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The facts of an error beside its code: plain JSON, shown to the caller. Never state values, never secrets. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

/**
 * A refusal: expected, with a code the caller can act on. Any other error that is thrown is a bug, is
 * logged with its stack and answered without details.
 */
export abstract class StateError extends Error {
  /** Names the refusal for programs, e.g. `not_found`. A protocol: codes are added, never renamed. */
  abstract readonly code: string;

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

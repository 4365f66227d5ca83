import { type StateError, ValidationFailed } from '@nexus-state/documents';
import { type ConditionalHeaders, TransportError } from '@nexus-state/nest-kit';
import { KeyNotFound, Unavailable } from '@nexus-state/state-core';
import {
  InvalidArgumentError,
  KeyNotFoundError,
  StoreClosedError,
  StoreUnavailableError,
  VersionConflictError,
} from '@nexus-state/store';

/** `If-Match` or `If-None-Match` of a write does not hold for the key (RFC 9110, section 15.5.13). */
export class KeyPreconditionFailed extends TransportError {
  readonly code = 'precondition_failed';
  /** @param currentVersion 0 where the key holds nothing */
  constructor(key: string, currentVersion: number) {
    super(
      `The key ${JSON.stringify(key)} is at version ${currentVersion}, which does not meet the condition in the header. Read it again and repeat the change.`,
      { key, currentVersion },
    );
  }
}

/** The keys cannot be reached. */
class KeysUnavailable extends Unavailable {
  /** @param mayHaveHappened whether a write may have been done although no response arrived */
  constructor(
    readonly mayHaveHappened: boolean,
    options: ErrorOptions,
  ) {
    super('The database', options);
  }
}

/** What a store of keys refuses, as this service says it: one name for one thing at all of its doors. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof KeyNotFoundError) return new KeyNotFound(error.key);
  if (error instanceof StoreUnavailableError) {
    return new KeysUnavailable(error.mayHaveHappened, { cause: error.cause ?? error });
  }
  if (error instanceof StoreClosedError) return new KeysUnavailable(false, { cause: error });
  if (error instanceof InvalidArgumentError) {
    const { argument, reason } = error.facts as { readonly argument: string; readonly reason: string };
    return new ValidationFailed([{ pointer: argument, message: reason }]);
  }
  return error;
}

/** A version that is not the expected one, where a header said which one is: a failed precondition. */
export function inHeaderTerms(error: unknown, headers: ConditionalHeaders): StateError | unknown {
  const isByHeader = headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;
  if (!isByHeader || !(error instanceof VersionConflictError)) return error;
  return new KeyPreconditionFailed(error.key, error.found);
}

import { StateError, ValidationFailed } from '@nexus-state/documents';
import { KeyNotFound, Unavailable } from '@nexus-state/state-core';
import {
  InvalidArgumentError,
  KeyNotFoundError,
  SecretUnreadableError,
  StoreClosedError,
  StoreUnavailableError,
} from '@nexus-state/store';

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

/** A sensitive value that cannot be decrypted until the operator has added its encryption key. */
class SecretUnreadable extends StateError {
  readonly code = 'secret_unreadable';
  constructor({ message, facts }: SecretUnreadableError) {
    super(message, { ...facts, retryAfterSeconds: 60 });
  }
}

/**
 * What a store of keys refuses, as the services say it: one name for one thing at all of their doors.
 * @param placeOf where a request has an argument of the store; by default in a parameter of that name
 */
export function storeRefusalOf(
  error: unknown,
  placeOf: (argument: string) => string = (argument) => argument,
): unknown {
  if (error instanceof KeyNotFoundError) return new KeyNotFound(error.key);
  if (error instanceof StoreUnavailableError) {
    return new KeysUnavailable(error.mayHaveHappened, { cause: error.cause ?? error });
  }
  if (error instanceof SecretUnreadableError) return new SecretUnreadable(error);
  if (error instanceof StoreClosedError) return new KeysUnavailable(false, { cause: error });
  if (error instanceof InvalidArgumentError) {
    const { argument, reason } = error.facts as { readonly argument: string; readonly reason: string };
    return new ValidationFailed([{ pointer: placeOf(argument), message: reason }]);
  }
  return error;
}

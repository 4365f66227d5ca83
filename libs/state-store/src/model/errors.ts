import { type ErrorFacts, StateError } from '@nexus-state/documents';

/** The name of each refusal. Codes are a protocol: added, never renamed. */
export type StoreErrorCode =
  | 'invalid_key'
  | 'validation_failed'
  | 'unsupported_value'
  | 'value_too_large'
  | 'not_json'
  | 'not_found'
  | 'version_conflict'
  | 'compacted'
  | 'encryption_not_configured'
  | 'locked'
  | 'lock_lost'
  | 'secret_unreadable'
  | 'refused'
  | 'unavailable'
  | 'closed';

/** What a program needs to act on a refusal: plain JSON, never a value of the store. */
export type StoreErrorFacts = ErrorFacts;

/** A refusal of a store: expected, with a code that the caller can act on. */
export abstract class StoreError extends StateError {
  abstract override readonly code: StoreErrorCode;
}

/** A key or a pattern that breaks the rules for keys. */
export class InvalidKeyError extends StoreError {
  readonly code = 'invalid_key';
  /** @param key as it was given; the message shows its first 100 characters */
  constructor(
    readonly key: string,
    readonly reason: string,
  ) {
    super(`The key ${shown(key)} is not valid: ${reason}`, { key: key.slice(0, 100), reason });
  }
}

/** An argument that no store accepts: an option out of its bounds, an operation of the wrong shape. */
export class InvalidArgumentError extends StoreError {
  readonly code = 'validation_failed';
  constructor(argument: string, reason: string) {
    super(`${argument}: ${reason}`, { argument, reason });
  }
}

/** A value that is neither bytes nor JSON that every store gives back unchanged. */
export class UnsupportedValueError extends StoreError {
  readonly code = 'unsupported_value';
  /** @param pointer the place in the value (RFC 6901), where the reason is about one */
  constructor(
    readonly reason: string,
    readonly pointer?: string,
  ) {
    super(
      pointer === undefined
        ? reason
        : `The value at ${JSON.stringify(pointer)} cannot be stored without loss: ${reason}`,
      { ...(pointer === undefined ? {} : { pointer }), reason },
    );
  }
}

/** A value with more bytes than a key may hold. */
export class ValueTooLargeError extends StoreError {
  readonly code = 'value_too_large';
  /** @param sizeBytes bytes that were counted; the value may have more */
  constructor(
    readonly sizeBytes: number,
    readonly limitBytes: number,
  ) {
    super(
      `The value has at least ${sizeBytes} bytes; at most ${limitBytes} are allowed. Split it over several keys.`,
      { sizeBytes, limitBytes },
    );
  }
}

/** A key that holds bytes where JSON is needed. */
export class NotJsonError extends StoreError {
  readonly code = 'not_json';
  constructor(readonly key: string) {
    super(`The key ${shown(key)} holds bytes, not JSON. Read it with get(), or write JSON with setJson().`, {
      key,
    });
  }
}

/** A key that holds nothing where a value is needed. */
export class KeyNotFoundError extends StoreError {
  readonly code = 'not_found';
  constructor(readonly key: string) {
    super(`The key ${shown(key)} holds nothing. Write it with set(), setJson() or createIfNotExists().`, {
      key,
    });
  }
}

/** A key whose version is not the expected one. Nothing was written. */
export class VersionConflictError extends StoreError {
  readonly code = 'version_conflict';
  /**
   * @param expected the version that the caller named; 0 for a key that holds nothing
   * @param found the version there is; 0 where the key holds nothing
   * @param index which operation of a transaction was refused, from 0
   */
  constructor(
    readonly key: string,
    readonly expected: number,
    readonly found: number,
    readonly index?: number,
  ) {
    super(
      `The key ${shown(key)} is at version ${found}, not ${expected}. Read it again, and decide on what is there now.`,
      {
        key,
        expected,
        found,
        currentVersion: found,
        ...(index === undefined ? {} : { transactionIndex: index }),
      },
    );
  }
}

/** A watch that begins, or has fallen, before the oldest change that the store still keeps. */
export class CompactedError extends StoreError {
  readonly code = 'compacted';
  /** @param oldestRevision the oldest revision whose changes are kept */
  constructor(readonly oldestRevision: number) {
    super(
      `Changes before revision ${oldestRevision} are no longer kept. List the keys, and watch from the revision of that list.`,
      { oldestRevision },
    );
  }
}

/** A sensitive value, where there is no key to encrypt it with. It was not stored. */
export class NoEncryptionKeyError extends StoreError {
  readonly code = 'encryption_not_configured';
  constructor(readonly key: string) {
    super(
      `The value of ${shown(key)} is sensitive, and no encryption key is configured. Nothing was written: configure a key first.`,
      { key },
    );
  }
}

/** A sensitive value that cannot be decrypted. */
export class SecretUnreadableError extends StoreError {
  readonly code = 'secret_unreadable';
  /** @param keyId the id of the encryption key that it was sealed with, where that is known */
  constructor(
    readonly key: string,
    readonly reason: string,
    readonly keyId?: string,
  ) {
    const named = keyId === undefined ? '' : ` (encryption key ${JSON.stringify(keyId)})`;
    super(`The sensitive value of ${shown(key)} cannot be read: ${reason}${named}.`, {
      key,
      reason,
      ...(keyId === undefined ? {} : { keyId }),
    });
  }
}

/** A lock that another holder has, or that others wait for. */
export class LockedError extends StoreError {
  readonly code = 'locked';
  constructor(readonly lock: string) {
    super(`The lock ${shown(lock)} is held. Wait for it, or try again later.`, { name: lock });
  }
}

/** A lock that its holder has no longer, or a write under a fencing token that is not the newest one. */
export class LockLostError extends StoreError {
  readonly code = 'lock_lost';
  constructor(
    readonly lock: string,
    readonly fencingToken?: number,
  ) {
    const token = fencingToken === undefined ? '' : ` (fencing token ${fencingToken})`;
    super(`The lock ${shown(lock)} is lost${token}. Take it again.`, {
      name: lock,
      ...(fencingToken === undefined ? {} : { fencingToken }),
    });
  }
}

/** A refusal of a service that the library has no class for: no access, a lost lock, too many requests. */
export class RefusedError extends StoreError {
  readonly code = 'refused';
  /**
   * @param status the HTTP status of the answer
   * @param reason the code of the service, such as `forbidden`
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    facts: StoreErrorFacts = {},
  ) {
    super(message, { ...facts, status, reason });
  }
}

/** A store that cannot be reached, or that does not answer in time. */
export class StoreUnavailableError extends StoreError {
  readonly code = 'unavailable';
  /** @param mayHaveHappened whether a write may have been done although no answer came */
  constructor(
    what: string,
    readonly mayHaveHappened: boolean,
    options?: ErrorOptions,
  ) {
    super(
      mayHaveHappened
        ? `${what} did not answer. The write may have happened: read the key before you repeat it.`
        : `${what} is not available. Nothing was written; try again.`,
      { mayHaveHappened },
      options,
    );
  }
}

/** A store that was closed. */
export class StoreClosedError extends StoreError {
  readonly code = 'closed';
  constructor() {
    super('The store is closed. Open it again to use it.');
  }
}

function shown(key: string): string {
  return JSON.stringify(key.length > 100 ? `${key.slice(0, 100)}…` : key);
}

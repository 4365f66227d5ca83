import {
  CompactedError,
  InvalidArgumentError,
  InvalidKeyError,
  KeyNotFoundError,
  LockLostError,
  LockedError,
  NoEncryptionKeyError,
  NotJsonError,
  RefusedError,
  SecretUnreadableError,
  type StoreErrorCode,
  StoreUnavailableError,
  UnsupportedValueError,
  ValueTooLargeError,
  VersionConflictError,
} from '../model';

/** The status of each refusal. */
export const statuses: Readonly<Record<StoreErrorCode, number>> = {
  invalid_key: 400,
  validation_failed: 400,
  unsupported_value: 400,
  value_too_large: 413,
  not_json: 409,
  not_found: 404,
  version_conflict: 409,
  compacted: 410,
  encryption_not_configured: 422,
  secret_unreadable: 503,
  locked: 409,
  lock_lost: 409,
  refused: 403,
  unavailable: 503,
  closed: 503,
};

/** A refusal on the wire (RFC 9457): its code in `error`, and its facts beside it. */
export interface Problem {
  readonly error?: string;
  readonly message?: string;
  readonly [fact: string]: unknown;
}

/**
 * The refusal of a service as the error of the library.
 * @param key what was asked for, where the problem does not say
 * @param writes whether a write was asked for
 */
export function errorOf(status: number, problem: Problem, key: string, writes: boolean): Error {
  const { error = 'unknown', message = `The service answered ${status}.` } = problem;
  const named = typeof problem['key'] === 'string' ? problem['key'] : key;
  const number = (fact: string) => Number(problem[fact] ?? 0);
  const text = (fact: string) => String(problem[fact] ?? message);
  switch (error) {
    case 'invalid_key':
      return new InvalidKeyError(named, text('reason'));
    case 'validation_failed':
      return new InvalidArgumentError(String(problem['argument'] ?? 'request'), text('reason'));
    case 'unsupported_value':
      return new UnsupportedValueError(text('reason'));
    case 'value_too_large':
      return new ValueTooLargeError(number('sizeBytes'), number('limitBytes'));
    case 'not_json':
      return new NotJsonError(named);
    case 'not_found':
      return new KeyNotFoundError(named);
    case 'version_conflict': {
      const index = problem['transactionIndex'];
      const found = Number(problem['found'] ?? problem['currentVersion'] ?? 0);
      return new VersionConflictError(
        named,
        number('expected'),
        found,
        typeof index === 'number' ? index : undefined,
      );
    }
    case 'request_timeout':
      // The service ended a connection before all of the request was there, so it has done nothing (RFC 9110, section 15.5.9).
      return new StoreUnavailableError('The service', false);
    case 'encryption_not_configured':
      return new NoEncryptionKeyError(named);
    case 'secret_unreadable': {
      const keyId = problem['keyId'];
      return new SecretUnreadableError(named, text('reason'), typeof keyId === 'string' ? keyId : undefined);
    }
    case 'locked':
      return new LockedError(text('name'));
    case 'lock_lost': {
      const token = problem['fencingToken'];
      return new LockLostError(text('name'), typeof token === 'number' ? token : undefined);
    }
    case 'compacted':
      return new CompactedError(number('oldestRevision'));
    default:
      if (status < 500) return new RefusedError(status, error, message, problem);
      return new StoreUnavailableError('The service', writes && problem['mayHaveHappened'] !== false);
  }
}

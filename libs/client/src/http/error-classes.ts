import * as plain from './plain-errors';
import { NexusError, type Problem } from './problem';
import * as telling from './telling-errors';

type ErrorClass = new (problem: Problem, requestId?: string, options?: ErrorOptions) => NexusError;

/** The class of each code of the contract. */
export const errorClasses: Readonly<Record<string, ErrorClass>> = {
  validation_failed: telling.ValidationFailedError,
  malformed_json: plain.MalformedJsonError,
  malformed_request: plain.MalformedRequestError,
  bad_message: plain.BadMessageError,
  invalid_id: telling.InvalidIdError,
  invalid_key: telling.InvalidKeyError,
  unauthorized: plain.UnauthorizedError,
  token_expired: plain.TokenExpiredError,
  forbidden: telling.ForbiddenError,
  not_found: plain.NotFoundError,
  path_not_found: plain.PathNotFoundError,
  compacted: telling.CompactedError,
  already_exists: telling.AlreadyExistsError,
  version_conflict: telling.VersionConflictError,
  merge_conflict: telling.MergeConflictError,
  not_json: plain.NotJsonError,
  encryption_not_configured: plain.EncryptionNotConfiguredError,
  secret_unreadable: plain.SecretUnreadableError,
  locked: telling.LockedError,
  lock_lost: telling.LockLostError,
  turn_ended: telling.TurnEndedError,
  proposal_closed: telling.ProposalClosedError,
  precondition_failed: telling.PreconditionFailedError,
  version_required: plain.VersionRequiredError,
  idempotency_key_reused: plain.IdempotencyKeyReusedError,
  patch_failed: telling.PatchFailedError,
  patch_too_large: plain.PatchTooLargeError,
  state_too_large: telling.StateTooLargeError,
  value_too_large: telling.ValueTooLargeError,
  state_too_deep: telling.StateTooDeepError,
  body_too_large: plain.BodyTooLargeError,
  unsupported_value: telling.UnsupportedValueError,
  unsupported_media_type: plain.UnsupportedMediaTypeError,
  method_not_allowed: plain.MethodNotAllowedError,
  expectation_failed: plain.ExpectationFailedError,
  not_acceptable: plain.NotAcceptableError,
  request_timeout: plain.RequestTimeoutError,
  too_much_contention: plain.TooMuchContentionError,
  query_too_expensive: plain.QueryTooExpensiveError,
  too_many_queries: plain.TooManyQueriesError,
  rate_limited: telling.RateLimitedError,
  headers_too_large: plain.HeadersTooLargeError,
  too_many_subscriptions: plain.TooManySubscriptionsError,
  slow_consumer: plain.SlowConsumerError,
  server_draining: plain.ServerDrainingError,
  snapshot_failed: plain.SnapshotFailedError,
  unavailable: telling.UnavailableError,
  internal_error: plain.InternalErrorError,
};

/** The error of a problem; a code that this version does not know gives a plain `NexusError`. */
export function errorOf(problem: Problem, requestId?: string, options?: ErrorOptions): NexusError {
  const known = Object.hasOwn(errorClasses, problem.error) ? errorClasses[problem.error] : undefined;
  return new (known ?? NexusError)(problem, requestId, options);
}

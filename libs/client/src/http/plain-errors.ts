import { NexusError } from './problem';

/** The refusal `malformed_json`. */
export class MalformedJsonError extends NexusError {}

/** The refusal `malformed_request`. */
export class MalformedRequestError extends NexusError {}

/** The refusal `bad_message`. */
export class BadMessageError extends NexusError {}

/** The refusal `unauthorized`. */
export class UnauthorizedError extends NexusError {}

/** The refusal `token_expired`. */
export class TokenExpiredError extends NexusError {}

/** The refusal `not_found`. */
export class NotFoundError extends NexusError {}

/** The refusal `path_not_found`. */
export class PathNotFoundError extends NexusError {}

/** The refusal `not_json`. */
export class NotJsonError extends NexusError {}

/** The refusal `encryption_not_configured`. */
export class EncryptionNotConfiguredError extends NexusError {}

/** The refusal `secret_unreadable`. */
export class SecretUnreadableError extends NexusError {}

/** The refusal `version_required`. */
export class VersionRequiredError extends NexusError {}

/** The refusal `idempotency_key_reused`. */
export class IdempotencyKeyReusedError extends NexusError {}

/** The refusal `patch_too_large`. */
export class PatchTooLargeError extends NexusError {}

/** The refusal `body_too_large`. */
export class BodyTooLargeError extends NexusError {}

/** The refusal `unsupported_media_type`. */
export class UnsupportedMediaTypeError extends NexusError {}

/** The refusal `method_not_allowed`. */
export class MethodNotAllowedError extends NexusError {}

/** The refusal `expectation_failed`. */
export class ExpectationFailedError extends NexusError {}

/** The refusal `not_acceptable`. */
export class NotAcceptableError extends NexusError {}

/** The refusal `request_timeout`. */
export class RequestTimeoutError extends NexusError {}

/** The refusal `too_much_contention`. */
export class TooMuchContentionError extends NexusError {}

/** The refusal `query_too_expensive`. */
export class QueryTooExpensiveError extends NexusError {}

/** The refusal `too_many_queries`. */
export class TooManyQueriesError extends NexusError {}

/** The refusal `headers_too_large`. */
export class HeadersTooLargeError extends NexusError {}

/** The refusal `too_many_subscriptions`. */
export class TooManySubscriptionsError extends NexusError {}

/** The refusal `slow_consumer`. */
export class SlowConsumerError extends NexusError {}

/** The refusal `server_draining`. */
export class ServerDrainingError extends NexusError {}

/** The refusal `snapshot_failed`. */
export class SnapshotFailedError extends NexusError {}

/** The refusal `internal_error`. */
export class InternalErrorError extends NexusError {}

/**
 * The codes of all refusals, over HTTP (`error` of a problem) and on live connections (`code` of an `error` event). Codes
 * are added, never renamed. `docs/errors.md` describes each.
 */
export const errorCodes = [
  'validation_failed',
  'malformed_json',
  'malformed_request',
  'bad_message',
  'invalid_id',
  'unauthorized',
  'token_expired',
  'forbidden',
  'not_found',
  'path_not_found',
  'already_exists',
  'version_conflict',
  'merge_conflict',
  'precondition_failed',
  'version_required',
  'idempotency_key_reused',
  'patch_failed',
  'patch_too_large',
  'state_too_large',
  'state_too_deep',
  'body_too_large',
  'unsupported_value',
  'unsupported_media_type',
  'method_not_allowed',
  'expectation_failed',
  'not_acceptable',
  'request_timeout',
  'too_much_contention',
  'query_too_expensive',
  'too_many_queries',
  'rate_limited',
  'headers_too_large',
  'too_many_subscriptions',
  'slow_consumer',
  'server_draining',
  'snapshot_failed',
  'unavailable',
] as const;

/** The code of a refusal. */
export type ErrorCode = (typeof errorCodes)[number];

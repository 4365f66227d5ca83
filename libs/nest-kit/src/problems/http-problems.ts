import type { ErrorCode } from '@nexus-state/contracts';
import type { CoreErrorCode } from '@nexus-state/state-core';

/** The status and title of a problem. */
export interface HttpProblem {
  readonly status: number;
  readonly title: string;
}

/** How each refusal looks over HTTP (RFC 9457). A new error code does not compile until it has a line here. */
export const httpProblems = {
  validation_failed: { status: 400, title: 'The request is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  bad_message: { status: 400, title: 'The message cannot be read' },
  invalid_id: { status: 400, title: 'An id is not valid' },
  invalid_key: { status: 400, title: 'A key or pattern is not valid' },
  unauthorized: { status: 401, title: 'Authentication required' },
  token_expired: { status: 401, title: 'The token has expired' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  not_found: { status: 404, title: 'Not found' },
  path_not_found: { status: 404, title: 'No value at this path' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  not_acceptable: { status: 406, title: 'No acceptable content type' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  already_exists: { status: 409, title: 'It already exists' },
  version_conflict: { status: 409, title: 'Version conflict' },
  not_json: { status: 409, title: 'The key holds bytes, not JSON' },
  merge_conflict: { status: 409, title: 'Merge conflict' },
  locked: { status: 409, title: 'The lock is held' },
  turn_ended: { status: 409, title: 'The turn has ended' },
  proposal_closed: { status: 409, title: 'The proposal is closed' },
  lock_lost: { status: 409, title: 'The lock is lost' },
  compacted: { status: 410, title: 'The changes are no longer kept' },
  precondition_failed: { status: 412, title: 'The precondition failed' },
  value_too_large: { status: 413, title: 'The value is too large' },
  state_too_large: { status: 413, title: 'The state is too large' },
  patch_too_large: { status: 413, title: 'The patch has too many operations' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  expectation_failed: { status: 417, title: 'The expectation is not supported' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  patch_failed: { status: 422, title: 'The patch cannot be applied' },
  unsupported_value: { status: 422, title: 'A value cannot be stored without loss' },
  state_too_deep: { status: 422, title: 'A value is nested too deeply' },
  encryption_not_configured: { status: 422, title: 'No encryption key is configured' },
  query_too_expensive: { status: 422, title: 'The query takes too long' },
  version_required: { status: 428, title: 'A version is required' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  slow_consumer: { status: 429, title: 'Slow consumer' },
  too_many_subscriptions: { status: 429, title: 'Too many subscriptions' },
  snapshot_failed: { status: 500, title: 'The snapshot could not be taken' },
  too_much_contention: { status: 503, title: 'Too much contention' },
  too_many_queries: { status: 503, title: 'Too many queries at once' },
  server_draining: { status: 503, title: 'The server is shutting down' },
  secret_unreadable: { status: 503, title: 'The sensitive value cannot be decrypted' },
  unavailable: { status: 503, title: 'A store is not available' },
} as const satisfies Record<ErrorCode | CoreErrorCode, HttpProblem>;

import { type DocumentErrorCode, StateError } from '@nexus-state/documents';

/** The codes of the core's refusals, those of documents included. Each door maps them; see `errorCodes` of the contract. */
export type CoreErrorCode =
  | DocumentErrorCode
  | 'invalid_id'
  | 'forbidden'
  | 'not_found'
  | 'path_not_found'
  | 'already_exists'
  | 'version_conflict'
  | 'version_required'
  | 'merge_conflict'
  | 'locked'
  | 'lock_lost'
  | 'turn_ended'
  | 'proposal_closed'
  | 'idempotency_key_reused'
  | 'too_much_contention'
  | 'query_too_expensive'
  | 'too_many_queries'
  | 'rate_limited'
  | 'snapshot_failed'
  | 'unavailable';

/** A refusal of the core. */
export abstract class CoreError extends StateError {
  abstract override readonly code: CoreErrorCode;
}

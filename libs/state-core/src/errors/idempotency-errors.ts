import { StateError } from '@nexus-state/documents';

/** A request under an `Idempotency-Key` that another request has used. */
export class IdempotencyKeyReused extends StateError {
  readonly code = 'idempotency_key_reused';
  constructor() {
    super(
      'Another request has used this Idempotency-Key, and nothing was changed. Use a new key for each request, and repeat a request exactly as it was.',
    );
  }
}

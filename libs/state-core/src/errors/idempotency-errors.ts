import { CoreError } from './core-error';

/** A request under an idempotency key that another request has used. */
export class IdempotencyKeyReused extends CoreError {
  readonly code = 'idempotency_key_reused';
  constructor() {
    super(
      'Another request has used this idempotency key, and nothing was changed. Use a new key for each request, and repeat a request exactly as it was.',
    );
  }
}

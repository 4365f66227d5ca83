import { CoreError } from './core-error';

/** A request under an idempotency key that another request has used. */
export class IdempotencyKeyReused extends CoreError {
  readonly code = 'idempotency_key_reused';
  constructor() {
    super(
      'This idempotency key was used for another request; nothing was changed. Use a new key for each request, and repeat a request unchanged.',
    );
  }
}

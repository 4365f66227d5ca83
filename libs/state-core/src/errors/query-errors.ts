import { CoreError } from './core-error';

/** A query that takes longer than it may. Repeating it unchanged does not help. */
export class QueryTooExpensive extends CoreError {
  readonly code = 'query_too_expensive';
  constructor(limitMs: number, options?: ErrorOptions) {
    super(
      `The query did not finish within ${limitMs} ms. Make it cheaper: use "contains", name members in place of wildcards (".**", ".*"), or read the panels and search them yourself.`,
      { limitMs },
      options,
    );
  }
}

/** More queries wait for their turn than may. */
export class TooManyQueries extends CoreError {
  readonly code = 'too_many_queries';
  constructor() {
    super('Too many queries are waiting already. Wait a moment and repeat it.', { retryAfterSeconds: 1 });
  }
}

import { CoreError } from './core-error';

/** A query that takes longer than it may. Repeating it unchanged does not help. */
export class QueryTooExpensive extends CoreError {
  readonly code = 'query_too_expensive';
  constructor(limitMs: number, options?: ErrorOptions) {
    super(
      `The query did not finish within ${limitMs} ms. Use "contains", replace wildcards (".**", ".*") with member names, or read the panels and search them in the client.`,
      { limitMs },
      options,
    );
  }
}

/** More queries wait for their turn than may. */
export class TooManyQueries extends CoreError {
  readonly code = 'too_many_queries';
  constructor() {
    super('Too many queries are waiting. Retry shortly.', { retryAfterSeconds: 1 });
  }
}

/** The change that set a value is looked for in too much of history, or for too many values. */
export class BlameTooExpensive extends CoreError {
  readonly code = 'query_too_expensive';
  constructor(limit: { readonly limitValues: number } | { readonly limitChanges: number }) {
    const text =
      'limitValues' in limit
        ? `There are more than ${limit.limitValues} values: name a "path" that leads to fewer.`
        : `A value was set more than ${limit.limitChanges} changes ago: name a "path" to what has changed since.`;
    super(text, { ...limit });
  }
}

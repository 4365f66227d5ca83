import type { Cipher } from './cipher';
import { type DecidedChange, type Rows, decide, rowAfter } from './decide';
import type { Row } from './row';
import type { Receipt, WriteRequest } from './write';

/** What came of a request: its receipt, or the refusal. */
export type Outcome = { readonly receipt: Receipt } | { readonly error: unknown };

/** What is to be written for many requests, and what each of them gets. */
export interface BatchDecision {
  readonly changes: readonly DecidedChange[];
  readonly outcomes: readonly Outcome[];
  /** The rows that changed, as they are afterwards. */
  readonly rows: ReadonlyMap<string, Row>;
  readonly revision: number;
}

/**
 * Decides on requests one after the other, each on what those before it leave. A refused request changes nothing, and
 * does not trouble the others.
 * @param rows the keys of all requests as they are now
 * @param revision the revision of the owner before them
 * @param cipher seals and opens sensitive values
 */
export function decideBatch(
  requests: readonly WriteRequest[],
  rows: Rows,
  revision: number,
  now: number,
  cipher: Cipher,
): BatchDecision {
  const current = new Map(rows);
  const changed = new Map<string, Row>();
  const changes: DecidedChange[] = [];
  let last = revision;
  const outcomes = requests.map((request): Outcome => {
    try {
      const decision = decide(request, current, last, now, cipher);
      for (const change of decision.changes) {
        const row = rowAfter(change, current.get(change.key));
        current.set(change.key, row);
        changed.set(change.key, row);
        changes.push(change);
      }
      last = decision.receipt.revision;
      return { receipt: decision.receipt };
    } catch (error) {
      return { error };
    }
  });
  return { changes, outcomes, rows: changed, revision: last };
}

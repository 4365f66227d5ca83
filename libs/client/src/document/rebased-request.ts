import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  type PatchRequest,
  applyPatch,
  compareValues,
  equalJson,
  isJsonObject,
  rebase,
} from '@nexus-state/documents';
import { numberDifferences } from './number-differences';

/** A patch that was made on a state, and what has happened to that state since. */
export interface Stale {
  readonly base: JsonObject;
  readonly ops: PatchRequest;
  /** The changes that lead from `base` to `current`, oldest first. */
  readonly applied: readonly JsonPatch[];
  readonly current: JsonObject;
}

/** A patch on top of `current`. */
export interface Rebased {
  /** The same change for `current`; it still adds where it added. */
  readonly ops: PatchRequest;
  /** The same with every `inc` as a `replace`, without `test`. */
  readonly patch: JsonPatch;
  /** `current` with the change. */
  readonly value: JsonObject;
}

/** What moving a change over others comes to. */
export type Outcome = Rebased | { readonly conflicts: readonly Conflict[] };

/**
 * Moves a change over others with the merge of the server.
 * @returns the conflicts where both cannot stand and nothing is to be overwritten
 * @throws PatchFailed when the change does not apply to its base
 */
export function rebaseRequest(stale: Stale, onConflict: 'merge' | 'overwrite' = 'merge'): Outcome {
  const { base, ops, applied, current } = stale;
  const outcome = rebase({ base, incoming: ops, applied, current, onConflict });
  if (outcome.outcome === 'conflict') return { conflicts: outcome.conflicts };
  const { value, patch } = outcome;
  if (!isJsonObject(value)) return { conflicts: [{ path: '' }] };
  return { ops: counting(stale, value, patch), patch, value };
}

/** The rebased change as a request that adds where the original added: two increments never conflict, replacements do. */
function counting({ base, ops, applied, current }: Stale, value: JsonObject, patch: JsonPatch): PatchRequest {
  if (!ops.some(({ op }) => op === 'inc')) return patch;
  if (leadsTo(current, ops, value)) return ops;
  // Without its tests, which have held: one of a number that was added to does not hold without the increment.
  const changes = ops.filter(({ op }) => op !== 'test');
  const uncounted = changes.map((one) => (one.op === 'inc' ? { ...one, value: 0 } : one));
  const before = rebase({ base, incoming: uncounted, applied, current, onConflict: 'overwrite' });
  if (before.outcome === 'conflict') return patch;
  const increments = numberDifferences(before.value, value);
  const counted = increments && [...compareValues(current, before.value), ...increments];
  return counted && leadsTo(current, counted, value) ? counted : patch;
}

function leadsTo(from: JsonObject, ops: PatchRequest, expected: JsonValue): boolean {
  try {
    return equalJson(applyPatch(from, ops).value, expected);
  } catch {
    return false;
  }
}

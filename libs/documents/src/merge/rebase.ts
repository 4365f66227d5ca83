import { PatchFailed } from '../errors';
import type { JsonObject, JsonValue } from '../json';
import { type JsonPatch, type PatchRequest, applyPatch, compareValues, equalJson } from '../patch';
import type { Conflict } from './conflict';
import { mergeTraces } from './merge-traces';
import { Trace } from './trace';
import { Origin } from './trace-node';

/** A patch made for an older version, and what has happened since. */
export interface StalePatch {
  /** The state at the version the patch was made for. */
  readonly base: JsonObject;
  /** The patch that comes in. It may hold `test` and `inc`. */
  readonly incoming: PatchRequest;
  /** The changes accepted since, oldest first; they lead from `base` to `current`. No deletion is among them. */
  readonly applied: readonly JsonPatch[];
  /** The state now. */
  readonly current: JsonObject;
  /** What becomes of conflicts: they are told, or the incoming change wins each of them. */
  readonly onConflict: 'merge' | 'overwrite';
}

/** What rebasing comes to. */
export type RebaseOutcome =
  | {
      readonly outcome: 'rebased';
      /** The state with both: what was accepted, and the incoming patch. Not checked against any limit. */
      readonly value: JsonValue;
      /** Leads from `current` to `value`: without `inc` and `test`; empty when nothing is left to do. */
      readonly patch: JsonPatch;
    }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly Conflict[] };

/**
 * Moves a patch over the changes its author had not seen (operational transformation). It depends on nothing but what
 * it is given, so every replica comes to the same.
 *
 * - Changes to different values both survive. An edit follows its value where others moved it, also along an array.
 * - What both put at one place of an array stays, theirs before yours.
 * - Conflicts: both write different content to one value, or put different values at one key; one removes or replaces
 *   what the other changed inside, or moved; both move one value to different places; each moves a value into the
 *   other's. Writing, adding or removing the very same is none.
 * - `inc` adds to whatever number stands there now, whoever wrote it. It conflicts when there is none any more, or when
 *   the sum cannot be held exactly.
 * - `test` must hold on `base`. It conflicts when others changed, moved or removed the tested value since.
 * - `copy` copies what its author saw.
 * - With `overwrite`, what was accepted since is undone where it conflicts, and only there: a removed value comes back
 *   when the patch changes something inside.
 *
 * @throws PatchFailed when the incoming patch does not apply to `base`
 */
export function rebase({ base, incoming, applied, current, onConflict }: StalePatch): RebaseOutcome {
  // Refuses a patch that its author could not have applied either; the trace below relies on it.
  applyPatch(base, incoming);
  const origin = new Origin(base);
  const theirs = new Trace(origin, applied);
  const yours = new Trace(origin, [incoming]);
  const merged = mergeTraces(origin, theirs, yours, onConflict === 'overwrite');
  if (merged.outcome === 'conflict') return merged;

  const patch =
    asItCame(merged.without, incoming, merged.value) ?? compareValues(merged.without, merged.value);
  const { value } = applyPatch(current, patch);
  if (!equalJson(value, merged.value))
    throw new Error('The changes since the base do not lead to the current state.');
  return { outcome: 'rebased', value, patch };
}

/** The incoming patch itself, where it leads to the same: it tells more of what was meant than a comparison does. */
function asItCame(from: JsonValue, incoming: PatchRequest, to: JsonValue): JsonPatch | undefined {
  const changes = incoming.filter(({ op }) => op !== 'test');
  try {
    const { value, patch } = applyPatch(from, changes);
    return equalJson(value, to) ? patch : undefined;
  } catch (error) {
    if (error instanceof PatchFailed) return undefined;
    throw error;
  }
}

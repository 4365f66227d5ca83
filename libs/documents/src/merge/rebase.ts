import type { JsonObject, JsonValue } from '../json';
import { type JsonPatch, type PatchBounds, type PatchRequest, applyPatch, equalJson } from '../patch';
import type { Conflict } from './conflict';
import { type MergeOutcome, mergeTracked } from './merge-tracked';
import { rebasedPatch } from './rebased-patch';
import { TrackedDocument } from './tracked-document';
import { BaseNode } from './tracked-node';

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
  /** What becomes of conflicts: they are reported, or the incoming change wins each of them. */
  readonly onConflict: 'merge' | 'overwrite';
  /** How large the document may become while the incoming patch is applied to `base`; without it, there is no bound. */
  readonly bounds?: PatchBounds;
  /** Bytes of the canonical text of `current`, where they are known; else they are counted. */
  readonly currentBytes?: number | undefined;
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
 * - Changes that add up never count as the very same, even with the same outcome: an increment, an insertion into an
 *   array, a removal from it. So inserting into an array that the other branch replaced with the same outcome conflicts.
 *   Accepted changes record an increment as a `replace`; so two replacements of a number by the same number conflict.
 * - `inc` adds to the number at its place now, also where others wrote that number, or the objects around it, anew. It
 *   conflicts where there is no number any more, where others wrote an array around it anew, and where the sum cannot be
 *   held exactly. With `overwrite` it adds to the number at its path, also along such an array.
 * - `test` must hold on `base`. It conflicts when others changed, moved or removed the tested value since.
 * - `copy` copies what its author saw.
 * - With `overwrite`, what was accepted since is undone where it conflicts, and only there: a removed value comes back
 *   when the patch changes something inside.
 *
 * @throws PatchFailed when the incoming patch does not apply to `base`
 * @throws StateTooLarge, PatchTooCostly when it goes beyond the bounds there
 */
export function rebase(stale: StalePatch): RebaseOutcome {
  const { base, incoming, applied, current, onConflict, bounds } = stale;
  // Refuses a patch that its author could not have applied either; what follows relies on it.
  applyPatch(base, incoming, bounds);
  const origin = new BaseNode(base);
  const theirs = new TrackedDocument(origin, applied);
  const merge = (yours: PatchRequest): MergeOutcome =>
    mergeTracked(origin, theirs, new TrackedDocument(origin, [yours]), onConflict === 'overwrite');
  const merged = merge(incoming);
  if (merged.outcome === 'conflict') return merged;

  const uncountedValue = (uncounted: PatchRequest): JsonValue | undefined => {
    const other = merge(uncounted);
    return other.outcome === 'merged' ? other.value : undefined;
  };
  const patch = rebasedPatch(merged, incoming, uncountedValue, boundsNow(stale));
  const { value } = applyPatch(current, patch);
  if (!equalJson(value, merged.value))
    throw new Error('The changes since the base do not lead to the current state.');
  return { outcome: 'rebased', value, patch };
}

/** The bounds of the document as it is now. */
export function boundsNow({
  bounds,
  currentBytes,
}: Pick<StalePatch, 'bounds' | 'currentBytes'>): PatchBounds | undefined {
  return bounds && { ...bounds, documentBytes: currentBytes };
}

import { type JsonObject, type JsonPatch, compareStates, equalJson, rebase } from '@nexus-state/documents';

/** A change below a pending one, and what became of the pending one. */
export interface StepBelow {
  /** What the pending change was made on. */
  readonly base: JsonObject;
  /** What has happened to `base`. */
  readonly step: JsonPatch;
  /** The pending change, as it was. */
  readonly own: JsonPatch;
  /** `base` with `own`. */
  readonly seen: JsonObject;
  /** The state with both. */
  readonly to: JsonObject;
}

/**
 * The patch from `seen` to `to`: the step itself, moved over the pending change, since it tells more than a comparison.
 */
export function movedStep({ base, step, own, seen, to }: StepBelow): JsonPatch {
  const moved = rebase({ base, incoming: step, applied: [own], current: seen, onConflict: 'merge' });
  if (moved.outcome === 'rebased' && equalJson(moved.value, to)) return moved.patch;
  return compareStates(seen, to);
}

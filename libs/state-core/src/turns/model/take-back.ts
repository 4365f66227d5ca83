import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  applyPatch,
  compareStates,
  equalJson,
  inverseOf,
} from '@nexus-state/documents';
import { rebaseWhatHolds } from '../../panels/model';

/** A change of a panel in the past, and whether it is to be taken back. */
export interface PastStep {
  readonly kind: 'made' | 'changed' | 'deleted';
  /** Of what was made: adds the whole state at the root. */
  readonly patch: JsonPatch;
  readonly taken: boolean;
}

/** What is left to do so that a panel is as if some of its changes had never been. */
export type TakenBack =
  | { readonly outcome: 'nothing'; readonly conflicts: readonly Conflict[] }
  | { readonly outcome: 'change'; readonly patch: JsonPatch; readonly conflicts: readonly Conflict[] }
  /** It comes back. */
  | { readonly outcome: 'make'; readonly state: JsonObject; readonly conflicts: readonly Conflict[] }
  /** It goes. */
  | { readonly outcome: 'delete'; readonly conflicts: readonly Conflict[] };

/** A panel as it was after a step, beside how it would have been without what is taken back. */
type Standing =
  /** There in both; the patch leads from how it was to how it would have been. */
  | { readonly at: 'both'; readonly state: JsonObject; readonly back: PatchRequest }
  | { readonly at: 'neither' }
  /** Only there because it was made by what is taken back. */
  | { readonly at: 'made'; readonly state: JsonObject }
  /** Only gone because it was deleted by what is taken back. */
  | { readonly at: 'deleted'; readonly state: JsonObject };

/**
 * Takes changes of a panel back and keeps all others: walks its history forward with the inverse patch of what was taken back so far,
 * which each change of others is merged over. What cannot be taken back without touching what others wrote since is left, and
 * named as a conflict. Pure.
 * @param before the panel before the first step; undefined where it was not there
 * @param steps all changes since, oldest first, up to the present
 */
export function takeBack(before: JsonObject | undefined, steps: readonly PastStep[]): TakenBack {
  const walk = new Walk(before);
  for (let index = 0; index < steps.length;) {
    const step = steps[index] as PastStep;
    const group = [step];
    // What others changed in a row is merged over at once.
    if (step.kind === 'changed' && !step.taken)
      while (isOthersChange(steps[index + group.length])) group.push(steps[index + group.length] as PastStep);
    if (step.taken) walk.takeBack(step);
    else walk.keep(group);
    index += group.length;
  }
  return walk.result();
}

function isOthersChange(step: PastStep | undefined): boolean {
  return step?.kind === 'changed' && !step.taken;
}

class Walk {
  #standing: Standing;
  readonly #conflicts = new Map<string, Conflict>();

  constructor(before: JsonObject | undefined) {
    this.#standing = before ? { at: 'both', state: before, back: [] } : { at: 'neither' };
  }

  /** A step that is to be taken back. */
  takeBack({ kind, patch }: PastStep): void {
    const standing = this.#standing;
    switch (kind) {
      case 'made': {
        const state = stateOf(patch);
        this.#standing =
          standing.at === 'deleted'
            ? { at: 'both', state, back: compareStates(state, standing.state) }
            : { at: 'made', state };
        return;
      }
      case 'changed': {
        const before = existing(standing);
        const state = applied(before.state, patch);
        this.#standing =
          before.at === 'made'
            ? { at: 'made', state }
            : { at: 'both', state, back: withInverse(before, state, inverseOf(before.state, patch)) };
        return;
      }
      case 'deleted': {
        const before = existing(standing);
        this.#standing =
          before.at === 'made'
            ? { at: 'neither' }
            : { at: 'deleted', state: applied(before.state, before.back) };
      }
    }
  }

  /** Steps of others: one, or several changes in a row. */
  keep(steps: readonly PastStep[]): void {
    const [{ kind, patch }] = steps as [PastStep];
    const standing = this.#standing;
    if (kind === 'deleted') {
      // Without what is taken back, it would have been deleted, too.
      this.#standing = { at: 'neither' };
    } else if (kind === 'made') {
      const state = stateOf(patch);
      if (standing.at === 'deleted') this.#note([{ path: '', yours: standing.state, theirs: state }]);
      this.#standing = { at: 'both', state, back: [] };
    } else this.#mergeOver(steps.map((step) => step.patch));
  }

  result(): TakenBack {
    const standing = this.#standing;
    const conflicts = [...this.#conflicts.values()];
    switch (standing.at) {
      case 'neither':
        return { outcome: 'nothing', conflicts };
      case 'made':
        return { outcome: 'delete', conflicts };
      case 'deleted':
        return { outcome: 'make', state: standing.state, conflicts };
      case 'both': {
        const { value, patch } = applyPatch(standing.state, standing.back);
        return equalJson(value, standing.state)
          ? { outcome: 'nothing', conflicts }
          : { outcome: 'change', patch, conflicts };
      }
    }
  }

  #mergeOver(patches: readonly JsonPatch[]): void {
    const before = existing(this.#standing);
    const state = patches.reduce(applied, before.state);
    if (before.at === 'made') {
      // Others have made it theirs.
      this.#note([{ path: '', theirs: state }]);
      this.#standing = { at: 'both', state, back: [] };
      return;
    }
    if (before.back.length === 0) {
      this.#standing = { at: 'both', state, back: [] };
      return;
    }
    const { patch, conflicts } = rebaseWhatHolds({
      base: before.state,
      incoming: before.back,
      applied: patches,
      current: state,
    });
    this.#note(conflicts);
    this.#standing = { at: 'both', state, back: patch };
  }

  #note(conflicts: readonly Conflict[]): void {
    for (const conflict of conflicts) if (!isAgreed(conflict)) this.#conflicts.set(conflict.path, conflict);
  }
}

/** Others have written what would come back: there is nothing left to take back, such as where it was undone before. */
function isAgreed({ yours, theirs }: Conflict): boolean {
  return yours !== undefined && theirs !== undefined && equalJson(yours, theirs);
}

type Existing = Extract<Standing, { readonly at: 'both' | 'made' }>;

function existing(standing: Standing): Existing {
  if (standing.at === 'both' || standing.at === 'made') return standing;
  throw new Error('The history of a panel changes what is not there.');
}

/**
 * The inverse of a change, with what was to be taken back before it. Where both reach the same place, only what they come to
 * together counts: a value that was written and written back was not touched.
 */
function withInverse(
  { state: before, back }: Extract<Standing, { readonly at: 'both' }>,
  state: JsonObject,
  inverse: PatchRequest,
): PatchRequest {
  if (back.length === 0) return inverse;
  return back.some((one) => inverse.some((other) => doTouch(one, other)))
    ? compareStates(state, applied(before, back))
    : [...inverse, ...back];
}

function doTouch(one: PatchRequest[number], other: PatchRequest[number]): boolean {
  return placesOf(one).some((a) =>
    placesOf(other).some((b) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)),
  );
}

/** Where an operation reaches: of an element that comes or goes, the whole array. */
function placesOf(operation: PatchRequest[number]): string[] {
  const pointers = 'from' in operation ? [operation.path, operation.from] : [operation.path];
  const keepsPlaces = operation.op === 'replace' || operation.op === 'inc';
  return pointers.map((pointer) => (keepsPlaces ? pointer : pointer.replace(/\/(\d+|-)$/, '')));
}

function applied(state: JsonObject, patch: PatchRequest): JsonObject {
  return applyPatch(state, patch).value as JsonObject;
}

function stateOf(patch: JsonPatch): JsonObject {
  const [whole] = patch;
  if (whole?.op !== 'add' || whole.path !== '') throw new Error('What makes a panel adds its whole state.');
  return whole.value as JsonObject;
}

import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  type PatchRequest,
  StateError,
  ValidationFailed,
  applyPatch,
  compareStates,
  equalJson,
  isJsonObject,
  parsePointer,
  valueAt,
} from '@nexus-state/documents';
import { rebaseWhatHolds } from '../../panels/model';
import type { ProposedChange } from './proposal';

/** How an approver settles a conflict: the value that is to be there; none, so that nothing is. */
export interface Resolution {
  readonly panelId: string;
  /** The `path` of the conflict. */
  readonly path: string;
  readonly value?: JsonValue | undefined;
}

/** A panel that a proposal is about: as its author saw it, what was changed since, and as it is. */
export interface ProposedPanel {
  /** Undefined where there was none. */
  readonly base: JsonObject | undefined;
  /** The patches since, oldest first; undefined where the panel was deleted or made since. */
  readonly since: readonly JsonPatch[] | undefined;
  /** Undefined where it is not there. */
  readonly current: JsonObject | undefined;
}

/** What a proposal comes to for one panel. */
export interface MergedProposal {
  /** What the panel holds then; undefined where it is not there then. */
  readonly result: JsonObject | undefined;
  /** Leads from the present to the result; a creation adds the state at the root, a deletion removes it. */
  readonly patch: JsonPatch;
  /** What no resolution settles. */
  readonly conflicts: readonly Conflict[];
}

/** How many operations changes have: a state and a deletion count as one each. */
export function operationCount(changes: readonly ProposedChange[]): number {
  return changes.reduce((sum, { patches }) => sum + (patches?.length ?? 1), 0);
}

/**
 * The part of changes that some of their operations make.
 * @param chosen the numbers of the operations, from 0 over all changes in order; undefined for all
 * @throws ValidationFailed where a number is out of range, or there is none
 */
export function chosenPart(
  changes: readonly ProposedChange[],
  chosen: readonly number[] | undefined,
): readonly ProposedChange[] {
  if (!chosen) return changes;
  if (chosen.length === 0)
    throw new ValidationFailed([
      { pointer: '/operations', message: 'must name an operation; to make none, reject the proposal' },
    ]);
  const count = operationCount(changes);
  const wanted = new Set(chosen);
  chosen.forEach((number, index) => {
    if (!Number.isInteger(number) || number < 0 || number >= count)
      throw new ValidationFailed([
        { pointer: `/operations/${index}`, message: `must be the number of an operation, 0–${count - 1}` },
      ]);
  });
  let next = 0;
  return changes.flatMap((change): ProposedChange[] => {
    if (!change.patches) return wanted.has(next++) ? [change] : [];
    const patches = change.patches.filter(() => wanted.has(next++));
    return patches.length > 0 ? [{ ...change, patches }] : [];
  });
}

/**
 * Merges what a proposal does to one panel over everything since. Pure.
 * @param changes of this panel, in order
 * @throws PatchFailed where the patches do not apply to what their author saw
 */
export function mergeProposed(
  { base, since, current }: ProposedPanel,
  changes: readonly ProposedChange[],
  resolutions: readonly Resolution[] = [],
): MergedProposal {
  const { target, patch } = proposed(base, changes);
  const held = merged({ base, since, current }, target, patch);
  const open: Conflict[] = [];
  let result = held.result;
  for (const conflict of held.conflicts) {
    const resolution = resolutions.find(({ path }) => path === conflict.path);
    if (resolution) result = resolved(result, resolution);
    else open.push(conflict);
  }
  return { result, patch: patchBetween(current, result), conflicts: open };
}

interface Held {
  readonly result: JsonObject | undefined;
  readonly conflicts: readonly Conflict[];
}

function merged(
  { base, since, current }: ProposedPanel,
  target: JsonObject | undefined,
  patch: PatchRequest,
): Held {
  const isSame = target && current ? equalJson(target, current) : target === current;
  if (isSame) return { result: current, conflicts: [] };
  if (base && target && current && since) {
    const { value, conflicts } = rebaseWhatHolds({ base, incoming: patch, applied: since, current });
    return { result: value as JsonObject, conflicts };
  }
  const isUntouched = since?.length === 0 || (!base && !current);
  if (isUntouched) return { result: target, conflicts: [] };
  const conflict: Conflict = {
    path: '',
    ...(target ? { yours: target } : {}),
    ...(current ? { theirs: current } : {}),
  };
  return { result: current, conflicts: [conflict] };
}

/** What changes make of the panel that their author saw, and the patch that they are then. */
function proposed(
  base: JsonObject | undefined,
  changes: readonly ProposedChange[],
): { readonly target: JsonObject | undefined; readonly patch: PatchRequest } {
  let target = base;
  const patch: PatchRequest[number][] = [];
  let isPatch = base !== undefined;
  for (const change of changes) {
    if (change.patches && target) {
      target = applyPatch(target, change.patches).value as JsonObject;
      patch.push(...change.patches);
    } else if (change.state) {
      if (target) patch.push(...compareStates(target, change.state));
      else isPatch = false;
      target = change.state;
    } else {
      target = undefined;
      isPatch = false;
    }
  }
  return { target, patch: !isPatch && base && target ? compareStates(base, target) : patch };
}

function resolved(state: JsonObject | undefined, { path, value }: Resolution): JsonObject | undefined {
  if (path === '') {
    if (value === undefined) return undefined;
    if (!isJsonObject(value)) throw invalid(path, 'must be an object: it is the whole state');
    return value;
  }
  if (!state) throw invalid(path, 'is a place in a panel that is not there');
  const isThere = valueAt(state, parsePointer(path) ?? []) !== undefined;
  if (value === undefined && !isThere) return state;
  try {
    const op = isThere ? 'replace' : 'add';
    return applyPatch(state, [value === undefined ? { op: 'remove', path } : { op, path, value }])
      .value as JsonObject;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw invalid(path, 'has no place in the state');
  }
}

function patchBetween(from: JsonObject | undefined, to: JsonObject | undefined): JsonPatch {
  if (from && to) return compareStates(from, to);
  if (to) return [{ op: 'add', path: '', value: to }];
  return from ? [{ op: 'remove', path: '' }] : [];
}

function invalid(path: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: '/resolutions', message: `"${path}" ${message}` }]);
}

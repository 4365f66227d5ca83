import { PatchFailed, PatchTooCostly, StateTooLarge } from '../errors';
import { type JsonArray, type JsonObject, type JsonValue, appendToken, isJsonObject } from '../json';
import {
  type JsonPatch,
  type PatchBounds,
  type PatchOperation,
  type PatchRequest,
  type PatchResult,
  applyPatch,
  compareValues,
  equalJson,
} from '../patch';

/** What a merge came to. */
export interface Merged {
  /** The state without the incoming patch. */
  readonly without: JsonValue;
  /** The state with it. */
  readonly value: JsonValue;
}

/**
 * The patch that history records for a merged change: it leads from `without` to `value`.
 *
 * This is the incoming patch itself where it leads there, since it says more of what was meant than a comparison does.
 * Otherwise every increment is a `replace` of its number, after the other changes: a comparison alone could take it for
 * a removal of one element and an edit of its neighbour.
 * @param uncounted merges the incoming patch with increments of 0; undefined where that conflicts
 * @param bounds how large the document may become on the way
 */
export function rebasedPatch(
  { without, value }: Merged,
  incoming: PatchRequest,
  uncounted: (incoming: PatchRequest) => JsonValue | undefined,
  bounds: PatchBounds | undefined,
): JsonPatch {
  const asMade = asItCame(without, incoming, bounds);
  if (asMade && equalJson(asMade.value, value)) return asMade.patch;
  return incrementsLast({ without, value }, incoming, uncounted) ?? compareValues(without, value);
}

/**
 * What the incoming patch makes of a document that its author had not seen; undefined where it does not apply there.
 * @param bounds how large the document may become on the way
 */
export function asItCame(
  without: JsonValue,
  incoming: PatchRequest,
  bounds: PatchBounds | undefined,
): PatchResult | undefined {
  const changes = incoming.filter(({ op }) => op !== 'test');
  try {
    return applyPatch(without, changes, bounds);
  } catch (error) {
    const doesNotFit =
      error instanceof PatchFailed || error instanceof StateTooLarge || error instanceof PatchTooCostly;
    if (doesNotFit) return undefined;
    throw error;
  }
}

function incrementsLast(
  { without, value }: Merged,
  incoming: PatchRequest,
  uncounted: (incoming: PatchRequest) => JsonValue | undefined,
): JsonPatch | undefined {
  if (!incoming.some(({ op }) => op === 'inc')) return undefined;
  const before = uncounted(
    incoming.map((change) => (change.op === 'inc' ? { ...change, value: 0 } : change)),
  );
  if (before === undefined) return undefined;
  const replacements: PatchOperation[] = [];
  if (!compareNumbers('', before, value, replacements)) return undefined;
  return [...compareValues(without, before), ...replacements];
}

/** Collects the numbers that differ; gives false where the values differ in anything else. */
function compareNumbers(path: string, from: JsonValue, to: JsonValue, found: PatchOperation[]): boolean {
  if (from === to) return true;
  if (typeof from === 'number' && typeof to === 'number') {
    found.push({ op: 'replace', path, value: to });
    return true;
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const [left, right] = [from as JsonArray, to as JsonArray];
    return (
      left.length === right.length &&
      left.every((item, index) => compareNumbers(`${path}/${index}`, item, right[index] as JsonValue, found))
    );
  }
  if (!isJsonObject(from) || !isJsonObject(to)) return false;
  const [left, right] = [from as JsonObject, to as JsonObject];
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        compareNumbers(appendToken(path, key), left[key] as JsonValue, right[key] as JsonValue, found),
    )
  );
}

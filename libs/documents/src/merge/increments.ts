import { PatchFailed } from '../errors';
import { type JsonValue, appendToken } from '../json';
import { type IncrementOperation, addExactly, applyPatch } from '../patch';
import type { Branch } from './branch';
import { arrayChanges } from './tracked-array';
import type { Content, BaseNode } from './tracked-node';

/** A number inside a value that a branch added to. */
interface Increment {
  readonly origin: BaseNode;
  /** JSON Pointer (RFC 6901) from the value to the number. */
  readonly path: string;
  readonly amounts: readonly number[];
  /** The value at this path in another document; undefined where it has none there. */
  readonly onto: JsonValue | undefined;
  /** Whether the path leads through an array, whose indexes name other elements in another document. */
  readonly inArray: boolean;
}

/**
 * Adds what a branch added to numbers inside a value to the numbers at the same paths of a value that replaces it.
 * @param adder the branch that only added
 * @param origin the value of the base document
 * @param onto the value that the other branch wrote in its place
 * @param alongArrays whether an index of an array names the element at this index of the other array
 * @returns undefined where the branch did anything else inside, where there is no number, or where the sum is too large
 */
export function addInside(
  adder: Branch,
  origin: BaseNode,
  onto: JsonValue,
  alongArrays: boolean,
): JsonValue | undefined {
  const patch: IncrementOperation[] = [];
  for (const change of changesInside(adder, origin, { onto, path: '', inArray: false })) {
    if (change === 'other' || change.onto === undefined || (change.inArray && !alongArrays)) return undefined;
    const { path, amounts } = change;
    patch.push(...amounts.map((value) => ({ op: 'inc' as const, path, value })));
  }
  try {
    return applyPatch(onto, patch).value;
  } catch (error) {
    if (error instanceof PatchFailed) return undefined;
    throw error;
  }
}

/**
 * Has increments inside a value begin at the numbers that the other branch has at the same paths, where it has some.
 * @param adder the branch that added, and wins
 * @param other what this branch did to these numbers is ignored
 * @param onto what the other branch has in the place of the value
 */
export function continueCounting(adder: Branch, other: Branch, origin: BaseNode, onto: JsonValue): void {
  for (const change of changesInside(adder, origin, { onto, path: '', inArray: false })) {
    if (change === 'other' || typeof change.onto !== 'number') continue;
    if (addExactly(change.onto, change.amounts) === undefined) continue;
    // What the other branch had there at its end was seen first; what it had before it removed that, is seen in a later pass.
    if (!adder.starts.has(change.origin)) adder.starts.set(change.origin, change.onto);
    other.ignoredContents.add(change.origin);
  }
}

/** Adds the increments of both branches to a number; undefined where the sum cannot be held exactly. */
export function sumOf(start: number, ...contents: readonly Content[]): number | undefined {
  return addExactly(
    start,
    contents.flatMap((content) => (content.kind === 'sum' ? content.added : [])),
  );
}

type Place = Pick<Increment, 'onto' | 'path' | 'inArray'>;

function* changesInside(branch: Branch, origin: BaseNode, place: Place): Generator<Increment | 'other'> {
  const content = branch.content(origin);
  if (!content) return;
  if (content.kind === 'sum') yield { ...place, origin, amounts: content.added };
  else if (content.kind === 'value' || content.written) yield 'other';
  else if (content.kind === 'object') {
    for (const [key, node] of content.members) {
      const child = Object.hasOwn(content.before, key) ? origin.child(key) : undefined;
      const kept = child && node?.origin === child && branch.place(child) === 'kept';
      if (kept) yield* changesInside(branch, child, placeOf(place, key, false));
      else if (node || child) yield 'other';
    }
  } else {
    const { absent, elements, insertions } = arrayChanges(content);
    if (absent.size > 0 || insertions.size > 0) yield 'other';
    for (const index of elements.keys())
      yield* changesInside(branch, origin.child(index), placeOf(place, String(index), true));
  }
}

function placeOf({ onto, path, inArray }: Place, key: string, element: boolean): Place {
  const inside = typeof onto === 'object' && onto !== null && Array.isArray(onto) === element;
  return {
    onto: inside && Object.hasOwn(onto, key) ? (onto as Record<string, JsonValue>)[key] : undefined,
    path: appendToken(path, key),
    inArray: inArray || element,
  };
}

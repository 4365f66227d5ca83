import { type JsonArray, type JsonValue, canonicalJson } from '../json';
import { equalJson } from './equal-json';

/** A stretch of an array that was replaced: `from[fromStart..fromEnd)` by `to[toStart..toEnd)`; either may be empty. */
export interface Stretch {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

/** Cells of the table below; beyond it, what lies between the equal ends counts as one stretch. */
const maxCells = 1_000_000;

/**
 * Where two arrays differ: the elements outside the stretches are equal, in the same order. Equal ends are taken off
 * first; what is left is aligned by a longest common subsequence while the table for it stays small (4 MB).
 * @returns the stretches from left to right
 */
export function alignArrays(from: JsonArray, to: JsonArray): Stretch[] {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && equalJson(from[start] as JsonValue, to[start] as JsonValue)) start++;
  let end = 0;
  while (end < shorter - start && equalJson(from.at(-1 - end) as JsonValue, to.at(-1 - end) as JsonValue))
    end++;
  const whole: Stretch = {
    fromStart: start,
    fromEnd: from.length - end,
    toStart: start,
    toEnd: to.length - end,
  };
  const rows = whole.fromEnd - whole.fromStart;
  const columns = whole.toEnd - whole.toStart;
  if (rows === 0 && columns === 0) return [];
  // One element, or a table too large: nothing to align.
  if (Math.min(rows, columns) === 0 || rows * columns === 1 || rows * columns > maxCells) return [whole];
  return alignMiddle(from, to, whole);
}

function alignMiddle(from: JsonArray, to: JsonArray, whole: Stretch): Stretch[] {
  const numbers = new Map<string, number>();
  const numberOf = (value: JsonValue): number => {
    const text = canonicalJson(value);
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const a = from.slice(whole.fromStart, whole.fromEnd).map(numberOf);
  const b = to.slice(whole.toStart, whole.toEnd).map(numberOf);
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  const stretches: Stretch[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [fromStart, toStart] = [i, j];
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      const skipFrom = i < a.length ? (lengths[(i + 1) * width + j] as number) : -1;
      const skipTo = j < b.length ? (lengths[i * width + j + 1] as number) : -1;
      if (skipFrom >= skipTo) i++;
      else j++;
    }
    if (i > fromStart || j > toStart) {
      stretches.push({
        fromStart: whole.fromStart + fromStart,
        fromEnd: whole.fromStart + i,
        toStart: whole.toStart + toStart,
        toEnd: whole.toStart + j,
      });
    }
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return stretches;
}

/** `lengths[i * (b.length + 1) + j]`: the longest common subsequence of `a` from `i` and `b` from `j`. */
function commonLengths(a: readonly number[], b: readonly number[]): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const below = lengths[(i + 1) * width + j] as number;
      const right = lengths[i * width + j + 1] as number;
      lengths[i * width + j] =
        a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] as number) + 1 : Math.max(below, right);
    }
  }
  return lengths;
}

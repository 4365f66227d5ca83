import { type JsonArray, type JsonValue, canonicalJson } from '../json';
import { type ComparisonBudget, equalJson } from './equal-json';

/** A stretch of an array that was replaced: `from[fromStart..fromEnd)` by `to[toStart..toEnd)`; either may be empty. */
export interface Stretch {
  readonly fromStart: number;
  readonly fromEnd: number;
  readonly toStart: number;
  readonly toEnd: number;
}

/** Steps that aligning the arrays of one comparison may take, each about 20 ns: a value that is looked at is a step. */
const maxSteps = 1_000_000;

/** What aligning arrays may still cost. */
export class AlignmentBudget implements ComparisonBudget {
  stepsLeft = maxSteps;
}

/** Removals and insertions that are distinguished; with more of them, all that lies between the equal ends is one stretch. */
const maxEdits = 256;

/** As long as the edits are so few, comparing elements is cheaper than numbering them by their texts. */
const fewEdits = 16;

/**
 * Where two arrays differ: the elements outside the stretches are equal, in the same order.
 *
 * Equal ends are taken off first; the shortest way through what is left is found as by E. Myers, "An O(ND) Difference
 * Algorithm and Its Variations" (1986). It costs (elements + edits²) comparisons for up to 256 edits, and 0.5 MB.
 * @param budget what it may cost, for all arrays of one comparison; once it is spent, all that lies between the equal ends
 *   is one stretch
 * @returns the stretches from left to right
 */
export function alignArrays(from: JsonArray, to: JsonArray, budget = new AlignmentBudget()): Stretch[] {
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
  const rows = whole.fromEnd - start;
  const columns = whole.toEnd - start;
  if (rows === 0 && columns === 0) return [];
  // One element, or nothing on one side: nothing to align.
  if (rows === 0 || columns === 0 || rows * columns === 1) return [whole];
  const size = { rows, columns };
  const few = shortestWay(size, fewEdits, budget, (x, y) =>
    equalJson(from[start + x] as JsonValue, to[start + y] as JsonValue, budget),
  );
  const steps =
    few ?? numberedWay(from.slice(start, whole.fromEnd), to.slice(start, whole.toEnd), size, budget);
  return steps ? stretchesOf(steps, whole) : [whole];
}

/** An element that was removed (`x` moves on) or inserted (`y` moves on), at a place relative to the middle. */
interface Step {
  readonly x: number;
  readonly y: number;
  readonly kind: 'remove' | 'insert';
}

/** How many elements lie between the equal ends. */
interface Size {
  readonly rows: number;
  readonly columns: number;
}

function numberedWay(
  from: JsonArray,
  to: JsonArray,
  size: Size,
  budget: AlignmentBudget,
): Step[] | undefined {
  if (budget.stepsLeft <= 0) return undefined;
  const numbers = new Map<string, number>();
  const numberOf = (value: JsonValue): number => {
    const text = canonicalJson(value);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const [left, right] = [from.map(numberOf), to.map(numberOf)];
  return shortestWay(size, maxEdits, budget, (x, y) => {
    budget.stepsLeft--;
    return left[x] === right[y];
  });
}

function shortestWay(
  { rows, columns }: Size,
  limit: number,
  budget: AlignmentBudget,
  equal: (x: number, y: number) => boolean,
): Step[] | undefined {
  const most = Math.min(limit, rows + columns);
  // furthest[offset + k]: how far `from` was read on diagonal k = x − y.
  const offset = most + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const rounds: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    rounds.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      let x = startOf(furthest, offset, k, edits);
      let y = x - k;
      while (x < rows && y < columns && equal(x, y)) {
        x++;
        y++;
      }
      // Compared with nothing left, elements count as different.
      if (budget.stepsLeft <= 0) return undefined;
      furthest[offset + k] = x;
      if (x >= rows && y >= columns) return wayBack(rounds, rows, columns);
    }
  }
  return undefined;
}

/** Where a round starts on a diagonal: below the one to the right of it, or right of the one to the left. */
function startOf(furthest: Int32Array, offset: number, k: number, edits: number): number {
  const left = furthest[offset + k - 1] as number;
  const right = furthest[offset + k + 1] as number;
  return k === -edits || (k !== edits && left < right) ? right : left + 1;
}

/** @param rounds what `furthest` held before each round, its middle at `edits + 1` */
function wayBack(rounds: readonly Int32Array[], rows: number, columns: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [rows, columns];
  for (let edits = rounds.length - 1; edits > 0; edits--) {
    const before = rounds[edits] as Int32Array;
    const middle = edits + 1;
    const k = x - y;
    const inserted =
      k === -edits ||
      (k !== edits && (before[middle + k - 1] as number) < (before[middle + k + 1] as number));
    const previous = inserted ? k + 1 : k - 1;
    x = before[middle + previous] as number;
    y = x - previous;
    steps.push({ x, y, kind: inserted ? 'insert' : 'remove' });
  }
  return steps.reverse();
}

/** Joins steps that follow each other without an equal element between them. */
function stretchesOf(steps: readonly Step[], { fromStart, toStart }: Stretch): Stretch[] {
  const stretches: { fromStart: number; fromEnd: number; toStart: number; toEnd: number }[] = [];
  for (const { x, y, kind } of steps) {
    const [at, against] = [fromStart + x, toStart + y];
    let last = stretches.at(-1);
    if (last?.fromEnd !== at || last.toEnd !== against) {
      last = { fromStart: at, fromEnd: at, toStart: against, toEnd: against };
      stretches.push(last);
    }
    if (kind === 'remove') last.fromEnd++;
    else last.toEnd++;
  }
  return stretches;
}

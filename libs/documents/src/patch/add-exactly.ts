/**
 * Adds amounts to a number so that each of them counts.
 * @returns the sum; undefined where it is not finite, is an integer beyond ±(2^53−1), or where an amount other than 0
 *   is too small to change it. Integers may pass that limit on the way: only their sum has to be within it.
 */
export function addExactly(start: number, amounts: readonly number[]): number | undefined {
  if ([start, ...amounts].every(Number.isInteger)) {
    const sum = Number(amounts.reduce((total, amount) => total + BigInt(amount), BigInt(start)));
    return Number.isSafeInteger(sum) ? sum : undefined;
  }
  let sum = start;
  for (const amount of amounts) {
    const next = sum + amount;
    const held = Number.isFinite(next) && (!Number.isInteger(next) || Number.isSafeInteger(next));
    if (!held || (next === sum && amount !== 0)) return undefined;
    sum = next;
  }
  return sum;
}

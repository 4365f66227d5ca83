// Test settings come from the environment of the test run; no configuration is read for them.
/**
 * How often a property is tried, and from which seed.
 * `FAST_CHECK_RUNS` sets the number of runs; `FAST_CHECK_SEED` repeats a run whose seed a
 * failure printed.
 * @param usual the runs where the environment does not say
 */
export function runs(usual: number): { numRuns: number; seed?: number } {
  const numRuns = Number(process.env['FAST_CHECK_RUNS'] ?? usual);
  const seed = process.env['FAST_CHECK_SEED'];
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) };
}

/** Freezes a JSON value through and through, so that a write to it throws. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

import type { JsonArray, JsonObject, JsonValue } from '../json';

/** What comparisons may still cost. */
export interface ComparisonBudget {
  /** Pairs of values that may still be looked at. */
  stepsLeft: number;
}

/**
 * Whether two JSON values are equal in the sense of RFC 6902 section 4.6: members in any order, numbers by value.
 * @param budget what it may cost; once nothing is left, values count as different
 */
export function equalJson(left: JsonValue, right: JsonValue, budget?: ComparisonBudget): boolean {
  if (budget && budget.stepsLeft-- <= 0) return false;
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) {
    return Array.isArray(right) && equalArrays(left as JsonArray, right as JsonArray, budget);
  }
  return !Array.isArray(right) && equalObjects(left as JsonObject, right as JsonObject, budget);
}

function equalArrays(left: JsonArray, right: JsonArray, budget?: ComparisonBudget): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!equalJson(left[index] as JsonValue, right[index] as JsonValue, budget)) return false;
  }
  return true;
}

function equalObjects(left: JsonObject, right: JsonObject, budget?: ComparisonBudget): boolean {
  const keys = Object.keys(left);
  const others = Object.keys(right);
  // Many members cost something, even when they are only counted.
  if (budget) budget.stepsLeft -= (keys.length + others.length) / 8;
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    // Mostly the members are in the same order, and then need not be looked for.
    if (others[index] !== key && !Object.hasOwn(right, key)) return false;
    if (!equalJson(left[key] as JsonValue, right[key] as JsonValue, budget)) return false;
  }
  return true;
}

import type { JsonArray, JsonObject, JsonValue } from '../json';

/** Whether two JSON values are equal in the sense of RFC 6902 section 4.6: members in any order, numbers by value. */
export function equalJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left)) return Array.isArray(right) && equalArrays(left as JsonArray, right as JsonArray);
  return !Array.isArray(right) && equalObjects(left as JsonObject, right as JsonObject);
}

function equalArrays(left: JsonArray, right: JsonArray): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!equalJson(left[index] as JsonValue, right[index] as JsonValue)) return false;
  }
  return true;
}

function equalObjects(left: JsonObject, right: JsonObject): boolean {
  const keys = Object.keys(left);
  const others = Object.keys(right);
  if (keys.length !== others.length) return false;
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    // Mostly the members stand in the same order, and then need not be looked for.
    if (others[index] !== key && !Object.hasOwn(right, key)) return false;
    if (!equalJson(left[key] as JsonValue, right[key] as JsonValue)) return false;
  }
  return true;
}

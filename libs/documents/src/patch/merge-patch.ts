import { type JsonObject, type JsonValue, isJsonObject } from '../json';

/**
 * Applies a JSON Merge Patch (RFC 7396, section 2). Neither argument is changed; the result shares parts of both.
 * @param target the value to change; anything but an object counts as an empty one where the patch is an object
 */
export function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  // A map, because keys are data: "__proto__" must become a member and not a prototype.
  const members = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, mergePatch(members.get(key) ?? null, value));
  }
  return Object.fromEntries(members) as JsonObject;
}

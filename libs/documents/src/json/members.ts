import type { JsonObject, JsonValue } from './json-value';

/** With more members than this, the engine spreads an object more slowly than they are set one by one. */
const manyMembers = 128;

/** A copy of an object that can be changed; its values are shared. */
export function copyMembers(object: JsonObject): Record<string, JsonValue> {
  const keys = Object.keys(object);
  // Spreading keeps an own "__proto__" an own property.
  if (keys.length <= manyMembers) return { ...object };
  const copy: Record<string, JsonValue> = {};
  for (const key of keys) setMember(copy, key, object[key] as JsonValue);
  return copy;
}

/** Sets a member. Plain assignment would take "__proto__" for the prototype. */
export function setMember(target: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else target[key] = value;
}

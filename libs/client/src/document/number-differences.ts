import {
  type IncrementOperation,
  type JsonArray,
  type JsonObject,
  type JsonValue,
  appendToken,
  isJsonObject,
} from '@nexus-state/documents';

/**
 * The increments that lead from one value to another.
 * @returns undefined where they differ in anything but numbers
 */
export function numberDifferences(from: JsonValue, to: JsonValue): IncrementOperation[] | undefined {
  const found: IncrementOperation[] = [];
  return collect('', from, to, found) ? found : undefined;
}

function collect(path: string, from: JsonValue, to: JsonValue, found: IncrementOperation[]): boolean {
  if (from === to) return true;
  if (typeof from === 'number' && typeof to === 'number') {
    found.push({ op: 'inc', path, value: to - from });
    return true;
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const [left, right] = [from as JsonArray, to as JsonArray];
    return (
      left.length === right.length &&
      left.every((item, index) => collect(`${path}/${index}`, item, right[index] as JsonValue, found))
    );
  }
  if (!isJsonObject(from) || !isJsonObject(to)) return false;
  const [left, right] = [from as JsonObject, to as JsonObject];
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(right, key) &&
      collect(appendToken(path, key), left[key] as JsonValue, right[key] as JsonValue, found),
  );
}

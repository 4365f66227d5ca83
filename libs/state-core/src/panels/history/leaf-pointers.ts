import { type JsonValue, appendToken, parsePointer, valueAt } from '@nexus-state/documents';
import { BlameTooExpensive } from '../../errors';
import { isLeaf } from './traced-value';

/**
 * The pointers to all values without anything inside, in the order of the state.
 * @param path a JSON Pointer (RFC 6901) to where the search begins
 * @returns undefined when the path leads nowhere
 * @throws BlameTooExpensive when there are more than `limitValues`
 */
export function leafPointers(state: JsonValue, path: string, limitValues: number): string[] | undefined {
  const tokens = parsePointer(path);
  const root = tokens && valueAt(state, tokens);
  if (root === undefined) return undefined;
  const pointers: string[] = [];
  const walk = (value: JsonValue, pointer: string): void => {
    if (isLeaf(value)) {
      if (pointers.push(pointer) > limitValues) throw new BlameTooExpensive({ limitValues });
      return;
    }
    if (Array.isArray(value)) value.forEach((item, index) => walk(item as JsonValue, `${pointer}/${index}`));
    else
      for (const [key, item] of Object.entries(value as Record<string, JsonValue>))
        walk(item, appendToken(pointer, key));
  };
  walk(root, path);
  return pointers;
}

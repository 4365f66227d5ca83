import type { JsonPatch, JsonValue } from '@nexus-state/documents';
import type { ValueOrigin } from './traced-value';
import { ValueTrace } from './value-trace';

/** A change, as far as it says where values come from. */
export interface TracedChange {
  readonly version: number;
  readonly patch: JsonPatch;
}

/**
 * Where the values at pointers come from: set by one of the changes, or there before.
 * @param before the state before the changes; undefined where there was none
 * @param changes oldest first, without gaps
 * @param pointers to scalars, and to empty arrays and objects, of the state after the changes
 */
export function valueOrigins(
  before: JsonValue | undefined,
  changes: readonly TracedChange[],
  pointers: readonly string[],
): ValueOrigin[] {
  const trace = new ValueTrace(before);
  for (const { version, patch } of changes) trace.apply(version, patch);
  return pointers.map((pointer) => trace.origin(pointer));
}

/** Whether any of the patches may have set or moved one of the values. */
export function mayReach(patches: readonly JsonPatch[], pointers: readonly string[]): boolean {
  const ways = new Set(['']);
  for (const pointer of pointers)
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) {
      if (ways.has(pointer.slice(0, end))) break;
      ways.add(pointer.slice(0, end));
    }
  const ends = new Set(pointers);
  return patches.some((patch) =>
    patch.some((operation) =>
      [operation.path, ...(operation.op === 'move' ? [operation.from] : [])].some((path) => {
        const cut = Math.max(path.lastIndexOf('/'), 0);
        const holder = path.slice(0, cut);
        // An element that comes or goes moves those behind it; a last one that goes leaves an empty container.
        return ways.has(path) || ends.has(holder) || (ways.has(holder) && /^\/\d+$/.test(path.slice(cut)));
      }),
    ),
  );
}

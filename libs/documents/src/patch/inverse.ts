import { type JsonObject, type JsonValue, appendToken, parsePointer, valueAt } from '../json';
import { applyPatch } from './apply-patch';
import type { PatchOperation, PatchRequest } from './operation';

type Operation = PatchRequest[number];

/**
 * The patch that takes another one back: applied to what `ops` leave of `state`, it gives `state` again.
 * An increment is taken back by an increment, so that others' increments stay.
 * @throws PatchFailed when `ops` do not apply to `state`
 */
export function inverseOf(state: JsonObject, ops: PatchRequest): PatchRequest {
  const inverse: Operation[] = [];
  let current: JsonValue = state;
  for (const operation of ops) {
    inverse.unshift(...inverseOfOne(current, operation));
    current = applyPatch(current, [operation]).value;
  }
  return inverse;
}

function inverseOfOne(state: JsonValue, operation: Operation): Operation[] {
  switch (operation.op) {
    case 'test':
      return [];
    case 'inc':
      return [{ ...operation, value: -operation.value }];
    case 'replace':
      return [{ op: 'replace', path: operation.path, value: at(state, operation.path) as JsonValue }];
    case 'remove':
      return [{ op: 'add', path: operation.path, value: at(state, operation.path) as JsonValue }];
    case 'add':
    case 'copy':
      return putBack(state, operation.path);
    case 'move':
      return moveBack(state, operation);
  }
}

/** What undoes that something was added at a place: the value that it took the place of, or nothing there. */
function putBack(state: JsonValue, path: string): PatchOperation[] {
  const [parent, place] = placeOf(state, path);
  if (path === '') return [{ op: 'replace', path: '', value: state }];
  const before = Array.isArray(parent) ? undefined : at(state, path);
  if (before !== undefined) return [{ op: 'replace', path, value: before }];
  return [{ op: 'remove', path: place }];
}

function moveBack(
  state: JsonValue,
  { from, path }: { readonly from: string; readonly path: string },
): Operation[] {
  if (from === path) return [];
  const { value: without } = applyPatch(state, [{ op: 'remove', path: from }]);
  const [back] = putBack(without, path) as [PatchOperation];
  // A value that came out of the one whose place it took can only go back by its copy.
  const isFromInside = from.startsWith(`${back.path}/`);
  if (back.op === 'remove' && !isFromInside) return [{ op: 'move', from: back.path, path: from }];
  return [back, { op: 'add', path: from, value: at(state, from) as JsonValue }];
}

/** The container that a pointer leads into, and the pointer with `-` as the index it stands for. */
function placeOf(state: JsonValue, path: string): [JsonValue | undefined, string] {
  const cut = path.lastIndexOf('/');
  const parent = at(state, path.slice(0, Math.max(cut, 0)));
  if (Array.isArray(parent) && path.endsWith('/-'))
    return [parent, appendToken(path.slice(0, cut), String(parent.length))];
  return [parent, path];
}

function at(state: JsonValue, path: string): JsonValue | undefined {
  return valueAt(state, parsePointer(path) ?? []);
}

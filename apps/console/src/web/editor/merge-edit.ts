import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type JsonValue,
  appendToken,
  applyPatch,
  compareStates,
  equalJson,
  parsePointer,
  rebase,
  valueAt,
} from '@nexus-state/react';

/** A text that was read as a state, or what is wrong with it. */
export type ReadText = { readonly state: JsonObject } | { readonly fault: string };

/** Reads what somebody has typed: a state is a JSON object. */
export function readText(text: string): ReadText {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { fault: 'A state is a JSON object: { … }.' };
    return { state: value as JsonObject };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** An edit that collides with what others did. */
export interface Collision {
  /** What both began with. */
  readonly base: JsonObject;
  readonly yours: JsonObject;
  readonly theirs: JsonObject;
  readonly conflicts: readonly Conflict[];
}

/** What an edit comes to. */
export type MergedEdit =
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'merged'; readonly ops: JsonPatch; readonly state: JsonObject }
  | { readonly outcome: 'conflict'; readonly collision: Collision };

/**
 * Moves an edit over what others have done since it began, as the service does.
 * @param base the state that the editor began with
 * @param yours what the editor holds
 * @param theirs the state now
 */
export function mergeEdit(base: JsonObject, yours: JsonObject, theirs: JsonObject): MergedEdit {
  const incoming = compareStates(base, yours);
  if (incoming.length === 0) return { outcome: 'nothing' };
  const applied = compareStates(base, theirs);
  if (applied.length === 0) return { outcome: 'merged', ops: incoming, state: yours };
  const merged = rebase({ base, incoming, applied: [applied], current: theirs, onConflict: 'merge' });
  if (merged.outcome === 'conflict')
    return { outcome: 'conflict', collision: { base, yours, theirs, conflicts: merged.conflicts } };
  return { outcome: 'merged', ops: merged.patch, state: merged.value as JsonObject };
}

/** Whose value a place of a collision gets. */
export type Side = 'yours' | 'theirs';

/** The state after a collision is decided, place by place; a place that is not decided keeps theirs. */
export function decided(collision: Collision, sides: ReadonlyMap<string, Side>): JsonObject {
  const { base, yours, theirs, conflicts } = collision;
  const incoming = compareStates(base, yours);
  const applied = [compareStates(base, theirs)];
  const won = rebase({ base, incoming, applied, current: theirs, onConflict: 'overwrite' });
  if (won.outcome === 'conflict') return theirs;
  let result = won.value as JsonObject;
  for (const { path } of conflicts)
    if (sides.get(path) !== 'yours') result = withValue(result, path, at(theirs, path));
  return result;
}

/** The value at a JSON Pointer; undefined where there is none. */
export function at(state: JsonObject, path: string): JsonValue | undefined {
  return valueAt(state, parsePointer(path) ?? []);
}

function withValue(state: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const there = at(state, path);
  if (there === undefined ? value === undefined : value !== undefined && equalJson(there, value))
    return state;
  if (path === '') return (value ?? {}) as JsonObject;
  const op = value === undefined ? 'remove' : there === undefined ? 'add' : 'replace';
  const patch = [{ op, path, ...(value === undefined ? {} : { value }) }] as JsonPatch;
  return applyPatch(state, patch).value as JsonObject;
}

/** The JSON Pointer of the member that a place in a text with two spaces is in; members of arrays are not told apart. */
export function pointerAt(text: string, offset: number): string {
  const pattern = /^(\s*)(?:"((?:[^"\\]|\\.)*)"\s*:)?/;
  const names: { depth: number; name: string }[] = [];
  const end = text.indexOf('\n', offset);
  for (const line of text.slice(0, end < 0 ? text.length : end).split('\n')) {
    const [, indent = '', name] = pattern.exec(line) ?? [];
    const depth = indent.length / 2;
    while ((names.at(-1)?.depth ?? -1) >= depth) names.pop();
    if (name !== undefined) names.push({ depth, name });
  }
  return names.reduce((pointer, { name }) => appendToken(pointer, name), '');
}

import * as fc from 'fast-check';
import {
  type JsonObject,
  type JsonValue,
  appendToken,
  applyPatch,
  equalJson,
  isJsonObject,
} from '@nexus-state/documents';
import { patchChain, runs } from '@nexus-state/documents/testing';
import { ValueTrace } from './value-trace';

/** A state whose scalars and empty containers are replaced by a name of their own, and what set each. */
type Names = Map<string, { readonly value: JsonValue; readonly version: number }>;

/** Every leaf with its pointer. */
function leaves(value: JsonValue, pointer = ''): [string, JsonValue][] {
  const parts = Array.isArray(value)
    ? value.map((item, index) => [String(index), item as JsonValue] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  if (parts.length === 0) return [[pointer, value]];
  return parts.flatMap(([token, part]) => leaves(part, appendToken(pointer, token)));
}

const at = (value: JsonValue, pointer: string) => leaves(value).find(([path]) => path === pointer)?.[1];

/** Replays one operation at a time; moves are followed by marking every leaf with a text that is nowhere else. */
function naive(initial: JsonObject, patches: readonly (readonly object[])[]): Map<string, number> {
  let state: JsonValue = initial;
  let setBy = new Map(leaves(initial).map(([pointer]) => [pointer, 1]));
  patches.forEach((patch, index) => {
    for (const operation of patch as never[]) {
      const names: Names = new Map();
      const marked = mark(state, '', setBy, names);
      const after = applyPatch(state, [operation]).value;
      const { op, value } = operation as { op: string; value?: JsonValue };
      // What a copy brings is new: it is taken for a written value.
      const given: JsonValue | undefined = op === 'copy' ? copied(state, operation) : value;
      const change =
        op === 'copy' ? { op: 'add', path: (operation as { path: string }).path, value: given } : operation;
      const moved = op === 'test' ? marked : applyPatch(marked, [change as never]).value;
      const next = new Map<string, number>();
      for (const [pointer, leaf] of leaves(after)) {
        const found = at(moved, pointer);
        const name = typeof found === 'string' ? names.get(found) : undefined;
        const old = at(state, pointer);
        const isSame = old !== undefined && equalJson(old, leaf) && !isInserted(state, operation);
        next.set(pointer, name?.version ?? (isSame ? (setBy.get(pointer) as number) : index + 2));
      }
      state = after;
      setBy = next;
    }
  });
  return setBy;
}

function mark(value: JsonValue, pointer: string, setBy: Map<string, number>, names: Names): JsonValue {
  if (Array.isArray(value) && value.length > 0)
    return value.map((item, index) => mark(item as JsonValue, `${pointer}/${index}`, setBy, names));
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mark(item, appendToken(pointer, key), setBy, names)]),
    );
  if (typeof value === 'object' && value !== null) return value;
  const name = `\u0001${names.size}`;
  names.set(name, { value, version: setBy.get(pointer) as number });
  return name;
}

function copied(state: JsonValue, { from }: { from: string }): JsonValue {
  return (applyPatch({ it: state }, [{ op: 'copy', from: `/it${from}`, path: '/copy' }]).value as JsonObject)[
    'copy'
  ] as JsonValue;
}

/** Whether an operation inserts into an array: what was at its place has moved on. */
function isInserted(state: JsonValue, { op, path }: { op: string; path: string }): boolean {
  if (op !== 'add' && op !== 'copy') return false;
  const parent = path.slice(0, path.lastIndexOf('/'));
  const holder = applyPatch({ it: state }, [{ op: 'copy', from: `/it${parent}`, path: '/copy' }]).value;
  return path !== '' && Array.isArray((holder as JsonObject)['copy']);
}

it('says which change has set each value as a replay of single operations does', () => {
  fc.assert(
    fc.property(patchChain(6, 3), fc.nat(5), ({ state, patches }, cut) => {
      const recorded: (readonly object[])[] = [];
      let now: JsonValue = state;
      for (const patch of patches) {
        const { value, patch: plain } = applyPatch(now, patch);
        if (!isJsonObject(value)) break;
        recorded.push(plain);
        now = value;
      }
      const expected = naive(state, recorded);
      // Traced in two parts, as pages of history are.
      const middle = Math.min(cut, recorded.length);
      let between: JsonValue = state;
      for (const patch of recorded.slice(0, middle)) between = applyPatch(between, patch as never).value;
      const [older, newer] = [new ValueTrace(state), new ValueTrace(between)];
      recorded.forEach((patch, index) => (index < middle ? older : newer).apply(index + 2, patch as never));
      for (const [pointer, leaf] of leaves(now)) {
        const isEmptyContainer = typeof leaf === 'object' && leaf !== null;
        if (isEmptyContainer) continue;
        let origin = newer.origin(pointer);
        if ('pointer' in origin) origin = older.origin(origin.pointer);
        const version = 'pointer' in origin ? 1 : origin.version;
        expect([pointer, version]).toEqual([pointer, expected.get(pointer)]);
      }
    }),
    runs(60),
  );
});

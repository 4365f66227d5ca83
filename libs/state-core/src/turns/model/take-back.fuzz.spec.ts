import {
  type JsonObject,
  type JsonPatch,
  applyPatch,
  canonicalJson,
  compareStates,
} from '@nexus-state/documents';
import { patchChain, runs } from '@nexus-state/documents/testing';
import * as fc from 'fast-check';
import { valueOrigins, leafPointers } from '../../panels/history';
import { type PastStep, takeBack } from './take-back';

/** The state after taking back. */
function outcomeOf(current: JsonObject, before: JsonObject, steps: readonly PastStep[]) {
  const taken = takeBack(before, steps);
  const state = taken.outcome === 'change' ? (applyPatch(current, taken.patch).value as JsonObject) : current;
  return { state, conflicts: taken.conflicts };
}

describe('taking changes back', () => {
  it('equals the history replayed without them, where they commute with the others', () => {
    const steps = fc.array(
      fc.record({
        taken: fc.boolean(),
        key: fc.constantFrom('a', 'b', 'c'),
        value: fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()), fc.constant(undefined)),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, (edits) => {
        // Each side has members of its own, inside one object.
        const before: JsonObject = { shared: { ours: { a: 0 }, theirs: { b: [1, 2] } }, other: true };
        let current = before;
        let without = before;
        const history = edits.map(({ taken, key, value }): PastStep => {
          const side = taken ? 'ours' : 'theirs';
          const edited = (state: JsonObject): JsonObject => {
            const shared = state['shared'] as Record<string, JsonObject>;
            const { [key]: _, ...rest } = shared[side] as JsonObject;
            const members = value === undefined ? rest : { ...rest, [key]: value };
            return { ...state, shared: { ...shared, [side]: members } };
          };
          const patch = compareStates(current, edited(current));
          current = edited(current);
          if (!taken) without = edited(without);
          return { kind: 'changed', patch, taken };
        });
        const { state, conflicts } = outcomeOf(current, before, history);
        expect(conflicts).toEqual([]);
        expect(canonicalJson(state)).toBe(canonicalJson(without));
      }),
      runs(2_000),
    );
  });

  it('gives the state before, where all changes are taken back, and changes nothing where none is', () => {
    fc.assert(
      fc.property(patchChain(5), ({ state, patches, states }) => {
        const current = states.at(-1) as JsonObject;
        const made = patches.map((patch, index) => applyPatch(states[index] as JsonObject, patch).patch);
        const all = (taken: boolean) =>
          outcomeOf(
            current,
            state,
            made.map((patch) => ({ kind: 'changed', patch, taken })),
          );
        expect(all(true)).toEqual({ state, conflicts: [] });
        expect(all(false)).toEqual({ state: current, conflicts: [] });
      }),
      runs(1_000),
    );
  });

  it('leaves every value of an object that others set, and names what it left', () => {
    const edit = fc.record({
      taken: fc.boolean(),
      path: fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/b/x'),
      value: fc.oneof(
        fc.integer({ max: 3 }),
        fc.constantFrom({ x: 1 }, { x: 1, y: 2 }),
        fc.constant(undefined),
      ),
    });
    let [conflicting, changing] = [0, 0];
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 10 }), (edits) => {
        const before: JsonObject = { a: { x: 0, y: 0 }, b: 0 };
        let current = before;
        const history: PastStep[] = [];
        for (const { taken, path, value } of edits) {
          const patch = patchTo(current, path, value);
          if (!patch) continue;
          current = applyPatch(current, patch).value as JsonObject;
          history.push({ kind: 'changed', patch, taken });
        }
        const { state, conflicts } = outcomeOf(current, before, history);
        if (conflicts.length > 0) conflicting++;
        if (state !== current) changing++;
        const pointers = leafPointers(current, '', 1_000) as string[];
        const changes = history.map(({ patch }, index) => ({ version: index + 1, patch }));
        valueOrigins(before, changes, pointers).forEach((origin, index) => {
          const pointer = pointers[index] as string;
          const isOthers = 'version' in origin && !history[origin.version - 1]?.taken;
          const value = at(current, pointer);
          // An object that is empty may have been emptied by others, and get back what was taken out of it.
          if (isOthers && typeof value !== 'object') expect(at(state, pointer)).toEqual(value);
        });
        const none = history.every(({ taken }) => !taken);
        if (none) expect(conflicts).toEqual([]);
      }),
      runs(3_000),
    );
    expect([conflicting, changing].every((count) => count > 0)).toBe(true);
  });
});

function patchTo(
  state: JsonObject,
  path: string,
  value: JsonObject | number | undefined,
): JsonPatch | undefined {
  const patch: JsonPatch = value === undefined ? [{ op: 'remove', path }] : [{ op: 'add', path, value }];
  try {
    const next = applyPatch(state, patch).value as JsonObject;
    return compareStates(state, next);
  } catch {
    return undefined;
  }
}

function at(state: JsonObject, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], state);
}

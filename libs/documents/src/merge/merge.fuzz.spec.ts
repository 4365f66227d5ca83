import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json';
import { type JsonPatch, type PatchRequest, applyPatch } from '../patch';
import { patchChain, rivalPatches } from '../testing/arbitraries';
import { deepFreeze, runs } from '../testing/runs';
import { mergeTracked } from './merge-tracked';
import { rebase } from './rebase';
import { TrackedDocument } from './tracked-document';
import { BaseNode } from './tracked-node';
import { nodeValue } from './tracked-value';

const withoutTests = (patch: PatchRequest): PatchRequest => patch.filter(({ op }) => op !== 'test');
const resolved = (state: JsonValue, patch: PatchRequest): JsonPatch => applyPatch(state, patch).patch;

describe('a tracked', () => {
  it('gives what applying the patches gives', () => {
    fc.assert(
      fc.property(patchChain(4), ({ state, patches, states }) => {
        deepFreeze([state, patches]);
        expect(nodeValue(new TrackedDocument(new BaseNode(state), patches).root)).toEqual(states.at(-1));
      }),
      runs(750),
    );
  });
});

describe('rebase on random documents and patches', () => {
  it('[TP1] gives one document in either order, and reports the same conflicts', () => {
    let settled = 0;
    fc.assert(
      fc.property(rivalPatches(2, 3), ({ state, patches }) => {
        deepFreeze([state, patches]);
        const [theirs, yours] = patches.map(withoutTests) as [PatchRequest, PatchRequest];
        const merge = (first: PatchRequest, second: PatchRequest) => {
          const origin = new BaseNode(state);
          return mergeTracked(
            origin,
            new TrackedDocument(origin, [first]),
            new TrackedDocument(origin, [second]),
            false,
          );
        };
        const [one, other] = [merge(theirs, yours), merge(yours, theirs)];
        expect(other.outcome).toBe(one.outcome);
        if (one.outcome === 'merged' && other.outcome === 'merged') {
          settled++;
          // What both put at one place of an array is in another order.
          expect(unordered(other.value)).toEqual(unordered(one.value));
        }
      }),
      runs(1000),
    );
    expect(settled).toBeGreaterThan(0);
  });

  it('[TP1] either order of application gives the document, by the patches it gives', () => {
    fc.assert(
      fc.property(rivalPatches(2, 3), ({ state, patches }) => {
        const [theirs, yours] = patches.map((patch) => resolved(state, withoutTests(patch))) as [
          JsonPatch,
          JsonPatch,
        ];
        const [withTheirs, withYours] = [applyPatch(state, theirs).value, applyPatch(state, yours).value];
        const stale = { base: state, onConflict: 'merge' as const };
        const one = rebase({
          ...stale,
          incoming: yours,
          applied: [theirs],
          current: withTheirs as JsonObject,
        });
        const other = rebase({
          ...stale,
          incoming: theirs,
          applied: [yours],
          current: withYours as JsonObject,
        });
        expect(other.outcome).toBe(one.outcome);
        if (one.outcome === 'conflict' || other.outcome === 'conflict') return;
        expect(applyPatch(withTheirs, one.patch).value).toEqual(one.value);
        expect(unordered(applyPatch(withYours, other.patch).value)).toEqual(unordered(one.value));
      }),
      runs(750),
    );
  });

  it('[TP1] where both orders merge, they give one document, though accepted changes do not record increments', () => {
    const found = { both: 0, withIncrements: 0 };
    fc.assert(
      fc.property(rivalPatches(2, 3), ({ state, patches }) => {
        const [left, right] = patches.map(withoutTests) as [PatchRequest, PatchRequest];
        const settle = (theirs: PatchRequest, yours: PatchRequest) => {
          const { value, patch } = applyPatch(state, theirs);
          return rebase({
            base: state,
            incoming: yours,
            applied: [patch],
            current: value as JsonObject,
            onConflict: 'merge',
          });
        };
        const [one, other] = [settle(left, right), settle(right, left)];
        if (one.outcome === 'conflict' || other.outcome === 'conflict') return;
        expect(unordered(other.value)).toEqual(unordered(one.value));
        found.both++;
        if (patches.flat().some(({ op }) => op === 'inc')) found.withIncrements++;
      }),
      runs(750),
    );
    expect(Math.min(found.both, found.withIncrements)).toBeGreaterThan(0);
  });

  it('changes nothing where nothing happened meanwhile', () => {
    fc.assert(
      fc.property(
        rivalPatches(1, 6),
        fc.constantFrom('merge' as const, 'overwrite' as const),
        ({ state, patches }, onConflict) => {
          const [incoming] = patches as [PatchRequest];
          deepFreeze([state, incoming]);
          const result = rebase({ base: state, incoming, applied: [], current: state, onConflict });
          expect(result).toMatchObject({ outcome: 'rebased', value: applyPatch(state, incoming).value });
        },
      ),
      runs(500),
    );
  });

  it('leaves theirs alone where nothing comes in', () => {
    fc.assert(
      fc.property(patchChain(4), ({ state, patches, states }) => {
        const current = states.at(-1) as JsonObject;
        let at: JsonValue = state;
        const applied = patches.map((patch) => {
          const result = applyPatch(at, patch);
          at = result.value;
          return result.patch;
        });
        const result = rebase({ base: state, incoming: [], applied, current, onConflict: 'merge' });
        expect(result).toEqual({ outcome: 'rebased', value: current, patch: [] });
      }),
      runs(500),
    );
  });

  it('does not care how the changes since were divided, nor whether the current state is another object', () => {
    fc.assert(
      fc.property(patchChain(3, 3), rivalPatches(1, 3), ({ state, patches, states }, other) => {
        const origin = applyAll(state, patches);
        const incoming = withoutTests(other.patches[0] as PatchRequest).filter(({ op }) => op === 'add');
        if (!applies(state, incoming)) return;
        const stale = { base: state, incoming, onConflict: 'merge' as const };
        const current = states.at(-1) as JsonObject;
        const apart = rebase({ ...stale, applied: origin, current });
        const joined = rebase({
          ...stale,
          applied: [origin.flat()],
          current: JSON.parse(JSON.stringify(current)) as JsonObject,
        });
        expect(joined).toEqual(apart);
      }),
      runs(700),
    );
  });

  it('settles every conflict when the incoming change wins, and keeps the rest as merging would', () => {
    let conflicts = 0;
    fc.assert(
      fc.property(rivalPatches(2, 4), ({ state, patches }) => {
        const [theirs, yours] = patches as [PatchRequest, PatchRequest];
        const applied = applyPatch(state, theirs);
        const stale = {
          base: state,
          incoming: yours,
          applied: [applied.patch],
          current: applied.value as JsonObject,
        };
        const merged = rebase({ ...stale, onConflict: 'merge' });
        const won = rebase({ ...stale, onConflict: 'overwrite' });
        if (won.outcome === 'conflict') throw new Error('Overwriting never conflicts.');
        expect(applyPatch(applied.value, won.patch).value).toEqual(won.value);
        if (merged.outcome === 'rebased') expect(won.value).toEqual(merged.value);
        else conflicts++;
      }),
      runs(750),
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  it('reports conflicts by their places: theirs is the value at the path, and absent where the path names nothing', () => {
    fc.assert(
      fc.property(rivalPatches(2, 3), ({ state, patches }) => {
        const [theirs, yours] = patches as [PatchRequest, PatchRequest];
        const applied = applyPatch(state, theirs);
        const result = rebase({
          base: state,
          incoming: yours,
          applied: [applied.patch],
          current: applied.value as JsonObject,
          onConflict: 'merge',
        });
        if (result.outcome === 'rebased') return;
        expect(new Set(result.conflicts.map(({ path }) => path)).size).toBe(result.conflicts.length);
        for (const { path, theirs: value } of result.conflicts) {
          if (value !== undefined) expect(applies(applied.value, [{ op: 'test', path, value }])).toBe(true);
          else expect(applies(applied.value, [{ op: 'remove', path }])).toBe(false);
        }
      }),
      runs(500),
    );
  });
});

function applies(state: JsonValue, patch: PatchRequest): boolean {
  try {
    applyPatch(state, patch);
    return true;
  } catch {
    return false;
  }
}

function applyAll(state: JsonObject, patches: readonly PatchRequest[]): JsonPatch[] {
  let at: JsonValue = state;
  return patches.map((patch) => {
    const result = applyPatch(at, patch);
    at = result.value;
    return result.patch;
  });
}

/** Arrays as bags, all the way down. */
function unordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => unordered(item));
    return items.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as JsonObject).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, unordered(member)]));
}

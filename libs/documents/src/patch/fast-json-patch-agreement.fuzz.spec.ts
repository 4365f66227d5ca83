import * as fc from 'fast-check';
import { applyPatch as applyElsewhere, compare } from 'fast-json-patch';
import type { JsonValue } from '../json';
import { jsonState, patchChain } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { applyPatch } from './apply-patch';
import { compareStates } from './compare';
import type { JsonPatch } from './operation';

/** Keys that the other implementation refuses or stumbles over; to us they are data like any other. */
const guarded = /__proto__|constructor|prototype|hasOwnProperty|toJSON|toString|valueOf/;

/** A copy through text: values that are one object to us become two, for the other changes them in place. */
function apart<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

describe('agreement with fast-json-patch', () => {
  it('on what its comparisons lead to, and ours', () => {
    fc.assert(
      fc.property(jsonState, jsonState, (from, to) => {
        fc.pre(!guarded.test(JSON.stringify([from, to])));
        expect(applyPatch(from, compare(from, to) as JsonPatch).value).toEqual(to);
        const elsewhere = applyElsewhere(apart(from), compareStates(from, to) as never, true);
        expect(elsewhere.newDocument).toEqual(to);
      }),
      runs(300),
    );
  });

  it('on random patches', () => {
    fc.assert(
      fc.property(patchChain(5, 4), ({ state, patches }) => {
        let ours: JsonValue = state;
        for (const patch of patches) {
          const applied = applyPatch(ours, patch);
          // The other looks for a value where a move is to put one, and fails where there is none yet.
          if (patch.some(({ op }) => op === 'move') || guarded.test(JSON.stringify([ours, applied]))) return;
          const elsewhere = applyElsewhere(apart(ours), apart(applied.patch) as never, false);
          expect(elsewhere.newDocument).toEqual(applied.value);
          ours = applied.value;
        }
      }),
      runs(300),
    );
  });
});

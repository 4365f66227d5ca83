import * as fc from 'fast-check';
import { canonicalJson } from '../json';
import { patchCase } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { applyPatch } from './apply-patch';
import { inverseOf } from './inverse';

it('the inverse of a patch gives the state before it', () => {
  fc.assert(
    fc.property(patchCase(), ({ state, patch }) => {
      const after = applyPatch(state, patch).value;
      expect(canonicalJson(applyPatch(after, inverseOf(state, patch)).value)).toBe(canonicalJson(state));
    }),
    runs(1_000),
  );
});

import { applyPatch, canonicalJson } from '@nexus-state/documents';
import { patchCase, runs } from '@nexus-state/documents/testing';
import * as fc from 'fast-check';
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

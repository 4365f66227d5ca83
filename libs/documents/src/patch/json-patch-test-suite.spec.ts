import specTests from 'json-patch-test-suite/spec_tests.json';
import tests from 'json-patch-test-suite/tests.json';
import { PatchFailed, ValidationFailed } from '../errors';
import type { JsonValue } from '../json';
import { deepFreeze } from '../testing/runs';
import { applyPatch } from './apply-patch';
import { readPatch } from './read-patch';

interface Vector {
  readonly comment?: string;
  readonly doc: JsonValue;
  readonly patch: unknown;
  readonly expected?: JsonValue;
  readonly error?: string;
  readonly disabled?: boolean;
}

const suites = [
  ['tests', tests],
  ['spec_tests', specTests],
] as unknown as readonly [string, readonly Vector[]][];

/** The public vectors of github.com/json-patch/json-patch-tests. Disabled ones are JSON with duplicate members. */
describe.each(suites)('json-patch-test-suite: %s', (_, vectors) => {
  const enabled = vectors.filter((vector) => !vector.disabled);

  it.each(enabled.map((vector, index) => [index, vector.comment ?? vector.error ?? '', vector] as const))(
    '%i %s',
    (_, __, { doc, patch, expected, error }) => {
      deepFreeze([doc, patch]);
      const applied = (): JsonValue => applyPatch(doc, readPatch(patch)).value;
      if (error === undefined) expect(applied()).toEqual(expected ?? doc);
      else expect([PatchFailed, ValidationFailed]).toContain(refusalOf(applied));
    },
  );
});

/** The class of what a call throws. */
function refusalOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as Error).constructor;
  }
}

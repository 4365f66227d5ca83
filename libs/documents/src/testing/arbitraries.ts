import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json';
import type { PatchRequest } from '../patch';
import { type PatchStep, takeSteps } from './patch-model';

/** Keys that break careless code, and ordinary ones. */
export const trickyKeys: readonly string[] = [
  '',
  '0',
  '1',
  '-',
  '01',
  'a/b',
  'm~n',
  '~1',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'length',
  'toJSON',
  'ä€😀',
  ' ',
  '"\\\n',
];

/** Text that a store can give back unchanged: well-formed, without U+0000. */
export const faithfulText: fc.Arbitrary<string> = fc
  .string({ unit: 'grapheme', maxLength: 8 })
  .map((text) => text.replaceAll('\u0000', ''));

/** A member's name: few of them, so that two documents often share one. */
export const jsonKey: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'list') },
  { weight: 2, arbitrary: fc.constantFrom(...trickyKeys) },
  { weight: 1, arbitrary: faithfulText },
);

/** A number that a store can give back unchanged: finite, an integer only within ±(2^53−1). */
export const jsonNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.maxSafeInteger(),
  // Fractions whose sums are exact, so that increments give the same in any order.
  fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 64),
);

const jsonLeaf: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  jsonNumber,
  faithfulText,
  fc.constantFrom('x', 'y'),
);

const { value, object } = fc.letrec<{ value: JsonValue; object: JsonObject; array: JsonValue[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    jsonLeaf,
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 5 }),
  // Object.fromEntries defines members; assignment would lose "__proto__".
  object: fc
    .array(fc.tuple(jsonKey, tie('value')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries) as JsonObject),
}));

/** Any faithful JSON value, of moderate size. */
export const jsonValue: fc.Arbitrary<JsonValue> = value;

/** A panel's state. */
export const jsonState: fc.Arbitrary<JsonObject> = object;

const patchStep: fc.Arbitrary<PatchStep> = fc.record({
  op: fc.constantFrom('add', 'add', 'remove', 'replace', 'replace', 'move', 'copy', 'test', 'inc', 'inc'),
  place: fc.nat(),
  target: fc.nat(),
  key: jsonKey,
  value: jsonValue,
  amount: fc.integer({ min: -5, max: 5 }),
});

/** A patch, the state it applies to, and what it must give: worked out by a model that shares no code with the patch room. */
export interface PatchCase {
  readonly state: JsonObject;
  readonly patch: PatchRequest;
  readonly expected: JsonValue;
}

/** A state and a patch of up to `maxLength` operations that applies to it. The root itself is never replaced. */
export function patchCase(maxLength = 8): fc.Arbitrary<PatchCase> {
  return fc
    .tuple(jsonState, fc.array(patchStep, { maxLength }))
    .map(([state, steps]) => ({ state, ...takeSteps(state, steps) }));
}

/** A state and several patches of up to `maxLength` operations, each of which applies to it. */
export function rivalPatches(
  count: number,
  maxLength = 4,
): fc.Arbitrary<{ state: JsonObject; patches: PatchRequest[] }> {
  const steps = fc.array(patchStep, { minLength: 1, maxLength });
  return fc
    .tuple(jsonState, fc.array(steps, { minLength: count, maxLength: count }))
    .map(([state, all]) => ({ state, patches: all.map((one) => takeSteps(state, one).patch) }));
}

/** A state and a chain of patches, each of which applies to what the one before it left. */
export function patchChain(
  maxPatches: number,
  maxLength = 4,
): fc.Arbitrary<{ state: JsonObject; patches: PatchRequest[]; states: JsonValue[] }> {
  return fc
    .tuple(jsonState, fc.array(fc.array(patchStep, { minLength: 1, maxLength }), { maxLength: maxPatches }))
    .map(([state, all]) => {
      const patches: PatchRequest[] = [];
      const states: JsonValue[] = [state];
      for (const steps of all) {
        const { patch, expected } = takeSteps(states.at(-1) as JsonObject, steps);
        patches.push(patch);
        states.push(expected);
      }
      return { state, patches, states };
    });
}

import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json';
import { type JsonPatch, applyPatch } from '../patch';
import {
  type CounterName,
  type CounterPatch,
  counterNames,
  counterPatch,
  counterStep,
  counters,
  readCounters,
} from '../testing/counter-world';
import { runs } from '../testing/runs';
import { mergeTracked } from './merge-tracked';
import { rebase } from './rebase';
import { TrackedDocument } from './tracked-document';
import { BaseNode } from './tracked-node';

const steps = fc.array(counterStep, { minLength: 1, maxLength: 3 });

/** A writer who saw the state some changes ago. */
const writer = fc.record({ behind: fc.nat({ max: 4 }), steps });

interface Version {
  readonly state: JsonValue;
  /** What led to it; of the first version nothing. */
  readonly patch: JsonPatch;
  readonly effects: CounterPatch['effects'];
}

describe('rebase counts every increment', () => {
  it('with any number of writers, each behind by some changes: every increment that is accepted counts', () => {
    const found = { accepted: 0, conflicts: 0, stale: 0 };
    fc.assert(
      fc.property(counters, fc.array(writer, { maxLength: 8 }), (state, writers) => {
        const versions: Version[] = [{ state: state as never, patch: [], effects: new Map() }];
        for (const { behind, steps: taken } of writers) {
          const seen = Math.max(0, versions.length - 1 - behind);
          const base = (versions[seen] as Version).state;
          const unseen = versions.slice(seen + 1);
          const current = (versions.at(-1) as Version).state;
          const { patch, effects } = counterPatch(base, taken);
          const result = rebase({
            base: base as JsonObject,
            incoming: patch,
            applied: unseen.map((version) => version.patch),
            current: current as JsonObject,
            onConflict: 'merge',
          });
          if (result.outcome === 'conflict') {
            found.conflicts++;
            continue;
          }
          found[unseen.length > 0 ? 'stale' : 'accepted']++;
          expect(applyPatch(current, result.patch).value).toEqual(result.value);
          expectCounted(current, result.value, effects, unseen);
          versions.push({ state: result.value, patch: result.patch, effects });
        }
      }),
      runs(1500),
    );
    expect(Math.min(found.accepted, found.conflicts, found.stale)).toBeGreaterThan(0);
  });

  it('where the incoming change wins: it adds to the number that is there, and loses none of its own increments', () => {
    let conflicts = 0;
    fc.assert(
      fc.property(counters, steps, steps, (start, left, right) => {
        const state = start as unknown as JsonObject;
        const [theirs, yours] = [counterPatch(state, left), counterPatch(state, right)];
        const applied = applyPatch(state, theirs.patch);
        const current = applied.value as JsonObject;
        const stale = { base: state, incoming: yours.patch, applied: [applied.patch], current };
        const result = rebase({ ...stale, onConflict: 'overwrite' });
        if (result.outcome === 'conflict') throw new Error('Overwriting never conflicts.');
        if (rebase({ ...stale, onConflict: 'merge' }).outcome === 'conflict') conflicts++;
        const [before, after] = [readCounters(current), readCounters(result.value)];
        for (const name of counterNames) {
          const { written, added } = yours.effects.get(name) ?? {};
          if (written !== undefined) expect(after.get(name)).toBe(written + (added ?? 0));
          else if (added !== undefined) expect(after.get(name)).toBe((before.get(name) as number) + added);
        }
      }),
      runs(1500),
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  it('[TP1] to the same numbers in either order, and whether increments are recorded as such or not', () => {
    const found = { merged: 0, settled: 0 };
    fc.assert(
      fc.property(counters, steps, steps, (start, left, right) => {
        const state = start as unknown as JsonObject;
        const patches = [counterPatch(state, left).patch, counterPatch(state, right).patch] as const;
        const merge = (first: 0 | 1, second: 0 | 1) => {
          const origin = new BaseNode(state);
          return mergeTracked(
            origin,
            new TrackedDocument(origin, [patches[first]]),
            new TrackedDocument(origin, [patches[second]]),
            false,
          );
        };
        const settle = (first: 0 | 1, second: 0 | 1) => {
          const { value, patch } = applyPatch(state, patches[first]);
          return rebase({
            base: state,
            incoming: patches[second],
            applied: [patch],
            current: value as JsonObject,
            onConflict: 'merge',
          });
        };
        const [one, other] = [merge(0, 1), merge(1, 0)];
        expect(other.outcome).toBe(one.outcome);
        const numbers = [one, other, settle(0, 1), settle(1, 0)].flatMap((result) =>
          result.outcome === 'conflict' ? [] : [readCounters(result.value)],
        );
        for (const each of numbers) expect(each).toEqual(numbers[0]);
        if (one.outcome === 'merged') found.merged++;
        if (numbers.length === 4) found.settled++;
      }),
      runs(1500),
    );
    expect(Math.min(found.merged, found.settled)).toBeGreaterThan(0);
  });
});

/** Each counter is what it was, and what was added; or what was written, where no increment is lost by that. */
function expectCounted(
  current: JsonValue,
  value: JsonValue,
  effects: CounterPatch['effects'],
  unseen: readonly Version[],
): void {
  const [before, after] = [readCounters(current), readCounters(value)];
  for (const name of counterNames) {
    const { written, added = 0 } = effects.get(name) ?? {};
    if (written === undefined) expect(after.get(name)).toBe((before.get(name) as number) + added);
    else {
      expect(after.get(name)).toBe(written + added);
      expect(isPending(name, unseen)).toBe(false);
    }
  }
}

/** Whether something was added that no later change wrote over: whose author saw it, since they would be refused. */
function isPending(name: CounterName, unseen: readonly Version[]): boolean {
  return unseen.reduce((pending, { effects }) => {
    const { written, added = 0 } = effects.get(name) ?? {};
    return added !== 0 || (pending && written === undefined);
  }, false);
}

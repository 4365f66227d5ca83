import * as fc from 'fast-check';
import { type JsonObject, type JsonPatch, applyPatch, compareStates } from '@nexus-state/documents';
import { defaultLimits, stateContent } from '../model';
import { jsonState, patchChain, deepFreeze, runs } from '@nexus-state/documents/testing';
import { fullCopyInterval, isFullCopyDue } from './full-copy';
import { type FullCopy, type HistoryStep, rebuildStart, rebuildState } from './rebuild';

/** A panel's history as it is kept: steps, full copies where they are due, and what each version really was. */
class Kept {
  readonly steps: HistoryStep[] = [];
  readonly copies = new Map<number, FullCopy>();
  readonly states: JsonObject[] = [];

  add(changeType: HistoryStep['changeType'], patch: JsonPatch, state: JsonObject): void {
    const version = this.steps.length + 1;
    this.steps.push({ version, changeType, patch, checksum: stateContent(state, defaultLimits).checksum });
    this.states.push(state);
    if (isFullCopyDue(version)) this.copies.set(version, { version, state });
  }

  rebuild(version: number): JsonObject {
    const start = rebuildStart(version);
    const copy = this.copies.get(start);
    const steps = this.steps.slice(copy ? start : 0, version);
    expect(steps.length).toBeLessThanOrEqual(fullCopyInterval);
    return rebuildState(version, copy, steps);
  }
}

function counted(length: number): Kept {
  const kept = new Kept();
  kept.add('created', [{ op: 'add', path: '', value: { n: 1 } }], { n: 1 });
  for (let n = 2; n <= length; n++) kept.add('updated', [{ op: 'replace', path: '/n', value: n }], { n });
  return kept;
}

describe('rebuildState', () => {
  it('gives every version of a long history, from at most 50 patches', () => {
    const kept = counted(260);
    for (let version = 1; version <= 260; version++) expect(kept.rebuild(version)).toEqual({ n: version });
  });

  it('gives every version of random histories, with deletions, new creations and whole replacements between', () => {
    const chapter = fc.tuple(patchChain(6, 3), fc.boolean());
    fc.assert(
      fc.property(fc.array(chapter, { minLength: 1, maxLength: 5 }), jsonState, (chapters, replacement) => {
        const kept = new Kept();
        for (const [{ state, patches }, removed] of chapters) {
          let now = deepFreeze(state);
          kept.add('created', [{ op: 'add', path: '', value: state }], state);
          for (const patch of patches) {
            const { value, patch: recorded } = applyPatch(now, patch);
            kept.add('updated', recorded, (now = deepFreeze(value as JsonObject)));
          }
          kept.add('reverted', compareStates(now, replacement), (now = replacement));
          if (removed) kept.add('deleted', [{ op: 'remove', path: '' }], now);
        }
        kept.states.forEach((state, index) => expect(kept.rebuild(index + 1)).toEqual(state));
      }),
      runs(150),
    );
  });

  it('needs no copy where the changes reach back to a creation or to a new whole', () => {
    const steps = counted(3).steps;
    expect(rebuildState(3, undefined, steps)).toEqual({ n: 3 });
    expect(() => rebuildState(3, undefined, steps.slice(1))).toThrow('no full copy');
  });

  it('gives a copy itself', () => {
    expect(rebuildState(50, { version: 50, state: { n: 50 } }, [])).toEqual({ n: 50 });
  });

  it.each<[string, number, FullCopy | undefined, (steps: HistoryStep[]) => HistoryStep[]]>([
    ['a gap', 4, undefined, (steps) => [steps[0]!, steps[1]!, steps[3]!]],
    ['too few changes', 4, undefined, (steps) => steps.slice(0, 3)],
    ['too many changes', 2, undefined, (steps) => steps],
    ['a copy of another version', 4, { version: 1, state: { n: 1 } }, (steps) => steps.slice(2)],
    ['a wrong copy', 4, { version: 3, state: { n: 3, damaged: true } }, (steps) => steps.slice(3)],
    ['a wrong patch', 4, undefined, (steps) => [...steps.slice(0, 3), { ...steps[3]!, patch: [] }]],
    ['nothing', 4, undefined, () => []],
  ])('does not pass off %s as what was accepted', (_, version, copy, choose) => {
    expect(() => rebuildState(version, copy, choose(counted(4).steps))).toThrow();
  });
});

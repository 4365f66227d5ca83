import * as fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json';
import { type JsonPatch, type PatchRequest, applyPatch } from '../patch';
import { jsonKey, jsonState, rivalPatches } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { rebase } from './rebase';

describe('rebase against what must come out, worked out independently', () => {
  const operation = fc.record({
    kind: fc.constantFrom('insert', 'remove', 'edit'),
    at: fc.nat(),
  });

  /** Edits of a list of numbered elements; each branch edits what the other leaves alone. */
  it('keeps every insertion, removal and edit of both in one array, each beside its neighbours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.array(operation, { maxLength: 8 }),
        fc.array(operation, { maxLength: 8 }),
        (length, left, right) => {
          const base = Array.from({ length }, (_, id) => ({ id, text: '' }));
          const theirs = editList(base, left, 't', (id) => id % 2 === 0);
          const yours = editList(base, right, 'y', (id) => id % 2 === 1);
          const result = rebase({
            base: { list: base },
            incoming: yours.patch,
            applied: [theirs.patch],
            current: { list: theirs.list },
            onConflict: 'merge',
          });
          if (result.outcome === 'conflict') throw new Error(JSON.stringify(result.conflicts));
          const list = (result.value as { list: Element[] }).list;
          const ids = list.map(({ id }) => id);
          const expected = base
            .filter(({ id }) => !theirs.removed.has(id) && !yours.removed.has(id))
            .map(({ id }) => ({ id, text: (theirs.edited.get(id) ?? '') + (yours.edited.get(id) ?? '') }));
          expect(list.filter(({ id }) => typeof id === 'number')).toEqual(expected);
          expect(ids.filter((id) => typeof id === 'string').sort()).toEqual(
            [...theirs.inserted, ...yours.inserted].sort(),
          );
          // Each branch's own order survives.
          for (const branch of [theirs, yours]) {
            const own = branch.list.map(({ id }) => id).filter((id) => ids.includes(id));
            expect(ids.filter((id) => own.includes(id))).toEqual(own);
          }
        },
      ),
      runs(1000),
    );
  });

  it('keeps what both did to different members, and reports exactly the members that both wrote differently', () => {
    const changes = fc.uniqueArray(fc.tuple(jsonKey, fc.option(fc.nat({ max: 3 }))), {
      selector: ([key]) => key,
      maxLength: 6,
    });
    fc.assert(
      fc.property(jsonState, changes, changes, (state, left, right) => {
        const theirs = memberPatch(state, left);
        const yours = memberPatch(state, right);
        const current = applyPatch(state, theirs).value as JsonObject;
        const result = rebase({
          base: state,
          incoming: yours,
          applied: [theirs],
          current,
          onConflict: 'merge',
        });
        const leftMap = new Map(left);
        const collisions = right.filter(([key, value]) => {
          if (!leftMap.has(key)) return false;
          const other = leftMap.get(key) ?? null;
          const wasThere = Object.hasOwn(state, key);
          if (value === null || other === null) return value !== other && wasThere;
          return value !== other;
        });
        if (result.outcome === 'conflict') {
          expect(result.conflicts).toHaveLength(collisions.length);
          return;
        }
        expect(collisions).toEqual([]);
        const expected = new Map<string, JsonValue>(Object.entries(state));
        for (const [key, value] of [...left, ...right]) {
          if (value !== null) expected.set(key, value);
          else if (Object.hasOwn(state, key)) expected.delete(key);
        }
        expect(result.value).toEqual(Object.fromEntries(expected));
      }),
      runs(750),
    );
  });

  it('loses and invents nothing: each leaf is there exactly when both branches left or put it there, with the increments of both', () => {
    const found = { merged: 0, counted: 0 };
    fc.assert(
      fc.property(rivalPatches(2, 4), ({ state, patches }) => {
        const labelled = labeller();
        const base = labelled(state, 'base') as JsonObject;
        const [theirs, yours] = patches.map((patch, branch) =>
          patch
            .filter(({ op }) => op !== 'copy' && op !== 'test')
            .map((operation, index) =>
              'value' in operation && operation.op !== 'inc'
                ? { ...operation, value: labelled(operation.value, `${branch}.${index}`) }
                : operation,
            ),
        ) as unknown as [PatchRequest, PatchRequest];
        // Without its copies, a patch may not apply any more.
        if (!applies(base, theirs) || !applies(base, yours)) return;
        const { value, patch } = applyPatch(base, theirs);
        const current = value as JsonObject;
        const result = rebase({ base, incoming: yours, applied: [patch], current, onConflict: 'merge' });
        if (result.outcome === 'conflict') return;
        found.merged++;
        const yourState = applyPatch(base, yours).value;
        const added = [current, yourState, result.value].map(increments);
        for (const [label, sum] of added[2]!) {
          // What is new may have replaced a number that the other branch added to.
          if (!leaves(base).includes(label)) continue;
          expect(sum).toBe((added[0]!.get(label) as number) + (added[1]!.get(label) as number));
          if (sum !== 0) found.counted++;
        }
        const [before, left, right] = [base, current, yourState].map(leaves);
        const expected = [
          ...before!.filter((leaf) => left!.includes(leaf) && right!.includes(leaf)),
          ...left!.filter((leaf) => !before!.includes(leaf)),
          ...right!.filter((leaf) => !before!.includes(leaf)),
        ];
        expect(leaves(result.value).sort()).toEqual(expected.sort());
      }),
      runs(1000),
    );
    expect(Math.min(found.merged, found.counted)).toBeGreaterThan(0);
  });

  it('adds up any number of increments, in any order', () => {
    const amounts = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), amounts, amounts, (start, left, right) => {
        const inc = (values: number[]): PatchRequest =>
          values.map((value) => ({ op: 'inc', path: '/a/0', value }));
        const base = { a: [start] };
        const theirs = applyPatch(base, inc(left));
        const result = rebase({
          base,
          incoming: inc(right),
          applied: [theirs.patch],
          current: theirs.value as JsonObject,
          onConflict: 'merge',
        });
        expect(result).toMatchObject({
          value: { a: [[...left, ...right].reduce((sum, value) => sum + value, start)] },
        });
      }),
      runs(300),
    );
  });
});

type Element = {
  readonly id: number | string;
  text: string;
};

function editList(
  base: readonly Element[],
  operations: readonly { kind: string; at: number }[],
  name: string,
  mine: (id: number) => boolean,
) {
  const list: Element[] = base.map((element) => ({ ...element }));
  const patch: JsonPatch[number][] = [];
  const removed = new Set<number>();
  const edited = new Map<number, string>();
  const inserted: string[] = [];
  operations.forEach(({ kind, at }, number) => {
    if (kind === 'insert') {
      const index = at % (list.length + 1);
      const element = { id: `${name}${number}`, text: '' };
      list.splice(index, 0, element);
      inserted.push(element.id);
      patch.push({ op: 'add', path: `/list/${index}`, value: { ...element } });
      return;
    }
    const own = list.filter(({ id }) => typeof id === 'number' && mine(id));
    const element = own[at % own.length];
    if (!element) return;
    const index = list.indexOf(element);
    if (kind === 'remove') {
      list.splice(index, 1);
      removed.add(element.id as number);
      patch.push({ op: 'remove', path: `/list/${index}` });
    } else {
      element.text = `${name}${number}`;
      edited.set(element.id as number, element.text);
      patch.push({ op: 'replace', path: `/list/${index}/text`, value: element.text });
    }
  });
  return { list, patch, removed, edited, inserted };
}

/** What lies between two numbers that stand for leaves: more than any increments add. */
const spacing = 1000;

/** Replaces every leaf by a text, every number by a number, that is there only once. */
function labeller(): (value: JsonValue, label: string) => JsonValue {
  let numbers = 0;
  return function labelled(value: JsonValue, label: string): JsonValue {
    if (Array.isArray(value))
      return value.map((item: JsonValue, index) => labelled(item, `${label}/${index}`));
    if (typeof value === 'number') return ++numbers * spacing;
    if (typeof value !== 'object' || value === null) return label;
    const members = Object.entries(value as JsonObject);
    return Object.fromEntries(
      members.map(([key, member]) => [key, labelled(member, `${label}/${JSON.stringify(key)}`)]),
    );
  };
}

function labelOf(leaf: JsonValue): string {
  return typeof leaf === 'number' ? `number ${Math.round(leaf / spacing)}` : String(leaf);
}

function leavesOf(value: JsonValue): JsonValue[] {
  return typeof value === 'object' && value !== null
    ? Object.values(value as JsonObject).flatMap(leavesOf)
    : [value];
}

function leaves(value: JsonValue): string[] {
  return leavesOf(value).map(labelOf);
}

/** What was added to each number. */
function increments(value: JsonValue): Map<string, number> {
  const numbers = leavesOf(value).filter((leaf) => typeof leaf === 'number');
  return new Map(numbers.map((leaf) => [labelOf(leaf), leaf - Math.round(leaf / spacing) * spacing]));
}

/** Sets members, or removes those that are there. */
function memberPatch(state: JsonObject, changes: readonly (readonly [string, number | null])[]): JsonPatch {
  return changes.flatMap(([key, value]): JsonPatch => {
    const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value !== null) return [{ op: 'add', path, value }];
    return Object.hasOwn(state, key) ? [{ op: 'remove', path }] : [];
  });
}

function applies(state: JsonValue, patch: PatchRequest): boolean {
  try {
    applyPatch(state, patch);
    return true;
  } catch {
    return false;
  }
}

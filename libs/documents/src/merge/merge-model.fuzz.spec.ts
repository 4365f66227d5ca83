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

  /** Edits of a list of numbered elements; each side edits what the other leaves alone. */
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
          // Each side's own order survives.
          for (const side of [theirs, yours]) {
            const own = side.list.map(({ id }) => id).filter((id) => ids.includes(id));
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

  it('loses and invents nothing: each leaf is there exactly when both sides left or put it there', () => {
    let merged = 0;
    fc.assert(
      fc.property(rivalPatches(2, 4), ({ state, patches }) => {
        const base = labelled(state, 'base') as JsonObject;
        const [theirs, yours] = patches.map((patch, side) =>
          patch
            .filter(({ op }) => op !== 'copy' && op !== 'test' && op !== 'inc')
            .map((operation, index) =>
              'value' in operation
                ? { ...operation, value: labelled(operation.value, `${side}.${index}`) }
                : operation,
            ),
        ) as unknown as [JsonPatch, JsonPatch];
        // Without its copies, a patch may not apply any more.
        if (!applies(base, theirs) || !applies(base, yours)) return;
        const current = applyPatch(base, theirs).value as JsonObject;
        const result = rebase({ base, incoming: yours, applied: [theirs], current, onConflict: 'merge' });
        if (result.outcome === 'conflict') return;
        merged++;
        const [before, left, right] = [base, current, applyPatch(base, yours).value].map(leaves);
        const expected = [
          ...before!.filter((leaf) => left!.includes(leaf) && right!.includes(leaf)),
          ...left!.filter((leaf) => !before!.includes(leaf)),
          ...right!.filter((leaf) => !before!.includes(leaf)),
        ];
        expect(leaves(result.value).sort()).toEqual(expected.sort());
      }),
      runs(1000),
    );
    expect(merged).toBeGreaterThan(0);
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

/** The same value with every leaf replaced by a text that is there only once. */
function labelled(value: JsonValue, label: string): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => labelled(item, `${label}/${index}`));
  if (typeof value !== 'object' || value === null) return label;
  const members = Object.entries(value as JsonObject);
  return Object.fromEntries(
    members.map(([key, member]) => [key, labelled(member, `${label}/${JSON.stringify(key)}`)]),
  );
}

function leaves(value: JsonValue): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value as JsonObject).flatMap(leaves);
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

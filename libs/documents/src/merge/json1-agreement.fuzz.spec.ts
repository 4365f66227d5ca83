import * as fc from 'fast-check';
import { type JSONOp, editOp, insertOp, moveOp, removeOp, replaceOp, type } from 'ot-json1';
import { type JsonObject, type JsonValue, parsePointer } from '../json';
import { type PatchRequest, applyPatch, equalJson } from '../patch';
import { rivalPatches } from '../testing/arbitraries';
import { runs } from '../testing/runs';
import { rebase } from './rebase';

/**
 * The same pairs of changes, settled by an independent implementation of operational transformation (ot-json1).
 *
 * Four differences are meant. json1 lets a removal win over a write or move without a word, which is a conflict here.
 * And it takes a replacement for a removal and an insertion: it stays behind when the value is moved, may change places
 * with what is inserted beside it, and two replacements of one element both stay; here it is one with the value. What
 * was inserted on either branch of an element that is gone keeps its branches there; here it is theirs before yours. And a
 * number that is replaced loses increments there; here they are added to the new one.
 */
describe('rebase and json1', () => {
  it('come to the same document, and never is something a conflict to json1 alone', () => {
    const found = { merged: 0, conflict: 0, stricter: 0, counted: 0 };
    fc.assert(
      fc.property(rivalPatches(2, 3), ({ state, patches }) => {
        const [theirs, yours] = patches as [PatchRequest, PatchRequest];
        const [one, other] = [toJson1(state, theirs), toJson1(state, yours)];
        if (one === undefined || other === undefined) return;
        const { value: current, patch } = applyPatch(state, theirs);
        const stale = { base: state, incoming: yours, applied: [patch], current: current as JsonObject };
        const ours = rebase({ ...stale, onConflict: 'merge' });
        const json1 = type.tryTransform(other, one, 'right');
        if (ours.outcome === 'conflict') {
          found[json1.ok ? 'stricter' : 'conflict']++;
          return;
        }
        if (movesWhatIsReplaced(theirs, yours) || addsToWhatIsReplaced(theirs, yours)) return;
        if (!json1.ok) throw new Error('A conflict to json1 alone.');
        const theirResult = applied(current, json1.result);
        if (has('replace', theirs, yours) || has('remove', theirs, yours))
          expect(unordered(theirResult)).toEqual(unordered(disguised(ours.value)));
        else expect(theirResult).toEqual(disguised(ours.value));
        found.merged++;
        if (has('inc', theirs) && has('inc', yours)) found.counted++;
      }),
      runs(1500),
    );
    expect(Math.min(...Object.values(found))).toBeGreaterThan(0);
  });
});

function has(op: string, ...patches: PatchRequest[]): boolean {
  return patches.flat().some((operation) => operation.op === op);
}

function addsToWhatIsReplaced(...patches: PatchRequest[]): boolean {
  return has('inc', ...patches) && (has('replace', ...patches) || has('add', ...patches));
}

function movesWhatIsReplaced(...patches: PatchRequest[]): boolean {
  return has('move', ...patches) && (has('replace', ...patches) || has('add', ...patches));
}

/** Arrays as bags, and members in order, all the way down. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .map(unordered)
      .sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, unordered(member)]));
}

/** A patch as one operation of json1; undefined where it has none that does the same. */
function toJson1(state: JsonObject, patch: PatchRequest): JSONOp | undefined {
  let document: JsonValue = state;
  let whole: JSONOp = null;
  for (const operation of patch) {
    const one = oneOperation(document, operation);
    const next: JsonValue = applyPatch(document, [operation]).value;
    if (one === undefined || !sameEffect(document, one, next)) return undefined;
    whole = type.compose(whole, one);
    document = next;
  }
  // An edit inside a value that the same patch brought does not always compose.
  return sameEffect(state, whole, document) ? whole : undefined;
}

function oneOperation(document: JsonValue, operation: PatchRequest[number]): JSONOp | undefined {
  const { path, value: present } = follow(document, operation.path);
  switch (operation.op) {
    case 'add':
      return present !== undefined && typeof path.at(-1) === 'string'
        ? replaceOp(path, true, disguised(operation.value))
        : insertOp(path, disguised(operation.value));
    case 'replace':
      return replaceOp(path, true, disguised(operation.value));
    case 'remove':
      return removeOp(path);
    case 'inc':
      return editOp(path, 'number', operation.value);
    case 'move': {
      // json1 takes a move of a value onto itself for a move all the same; here it is nothing.
      if (operation.from === operation.path) return null;
      const without = applyPatch(document, [{ op: 'remove', path: operation.from }]).value;
      return moveOp(follow(document, operation.from).path, follow(without, operation.path).path);
    }
    default:
      return undefined;
  }
}

type Disguised = null | boolean | number | string | Disguised[] | { [key: string]: Disguised };

/** json1 stumbles over "__proto__", "constructor" and null: keys get a letter in front, null a name. */
function disguised(value: JsonValue): Disguised {
  if (Array.isArray(value)) return value.map((item: JsonValue) => disguised(item));
  if (value === null) return 'null in disguise';
  if (typeof value !== 'object') return value as boolean | number | string;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [`k${key}`, disguised(member)]),
  );
}

function follow(
  document: JsonValue,
  pointer: string,
): { path: (string | number)[]; value: JsonValue | undefined } {
  let value: JsonValue | undefined = document;
  const path = (parsePointer(pointer) ?? []).map((token) => {
    const array = Array.isArray(value);
    const key = array && token === '-' ? String((value as JsonValue[]).length) : token;
    const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
    value = inside ? (value as JsonObject)[key] : undefined;
    return array ? Number(key) : `k${key}`;
  });
  return { path, value };
}

function applied(document: JsonValue, operation: JSONOp): unknown {
  return type.apply(disguised(document), operation);
}

function sameEffect(document: JsonValue, operation: JSONOp, expected: JsonValue): boolean {
  try {
    return equalJson(applied(document, operation) as JsonValue, disguised(expected) as JsonValue);
  } catch {
    return false;
  }
}

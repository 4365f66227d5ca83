import type { JsonValue } from '../json';
import { equalJson } from '../patch';
import type { Conflict } from './conflict';
import { ConflictLog } from './conflict-log';
import { arrival, equalMembers, memberValue, sumOf } from './merge-members';
import { Side } from './side';
import type { Trace } from './trace';
import { type ArrayChanges, arrayChanges } from './trace-array';
import type { ArrayContent, Content, ObjectContent, Origin, TraceNode } from './trace-node';
import { setMembers } from './trace-value';

/** What a merge comes to. */
export type MergeOutcome =
  | {
      readonly outcome: 'merged';
      readonly value: JsonValue;
      /** The document with theirs alone; what yours did not touch is the same object as in `value`. */
      readonly without: JsonValue;
    }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly Conflict[] };

/**
 * Merges what two sides did to one base document: operational transformation on the documents as trees of values with
 * identity, so that an edit follows a value wherever the other side moved it, and what came into an array keeps its
 * neighbours. `merge(a, b)` and `merge(b, a)` agree, but for the order of what both put at one place of an array:
 * theirs comes first.
 * @param theirs what was accepted already
 * @param yours what comes in
 * @param overwrite whether yours wins every conflict
 */
export function mergeTraces(base: Origin, theirs: Trace, yours: Trace, overwrite: boolean): MergeOutcome {
  const sides = { theirs: new Side(theirs), yours: new Side(yours) };
  for (;;) {
    const merge = new Merge(base, sides.theirs, sides.yours, overwrite);
    const value = merge.run();
    if (merge.conflicts.length > 0) return { outcome: 'conflict', conflicts: merge.conflicts.sorted() };
    // Each round ignores at least one more thing that theirs did, so there is an end.
    if (!merge.again) return { outcome: 'merged', value, without: sides.theirs.value(base) };
  }
}

/** One pass over everything that either side touched. */
class Merge {
  readonly conflicts: ConflictLog;
  /** Whether something was ignored for the sake of yours, and the pass has to be repeated. */
  again = false;
  readonly #arrived = new Set<Origin>();
  readonly #anyMoves: boolean;

  constructor(
    readonly base: Origin,
    readonly theirs: Side,
    readonly yours: Side,
    readonly overwrite: boolean,
  ) {
    this.conflicts = new ConflictLog(theirs, yours);
    this.#anyMoves = theirs.moved().length > 0 || yours.moved().length > 0;
  }

  run(): JsonValue {
    const value = this.#merged(this.base);
    if (!this.overwrite) this.#checkTests();
    if (this.conflicts.length === 0 && !this.again) this.#checkArrivals();
    return value;
  }

  /** A value that stays in the document, with what both sides did inside. */
  #merged(origin: Origin): JsonValue {
    const theirs = this.theirs.content(origin);
    const yours = this.yours.content(origin);
    if (!theirs && !yours) return origin.value;
    // Sharing theirs whole makes the patch cheap to find; moves may have put something of yours inside.
    if (!yours && !this.#anyMoves && !this.overwrite) return this.theirs.value(origin);
    if (!theirs || !yours) return this.#contentOf(origin, theirs, yours);
    if (theirs.kind === 'sum' || yours.kind === 'sum') return this.#sum(origin, theirs, yours);
    if (!theirs.written && !yours.written) return this.#contentOf(origin, theirs, yours);
    if (!this.theirs.changed(origin)) return this.#contentOf(origin, undefined, yours);
    if (!this.yours.changed(origin)) return this.#contentOf(origin, theirs, undefined);
    // Taken whole: what one side did inside before it wrote the whole anew is not to count again.
    const value = this.theirs.value(origin);
    if (!this.#anyMoves && equalJson(value, this.yours.value(origin))) return value;
    this.#conflict(origin, () => this.theirs.ignoredContents.add(origin));
    return this.#contentOf(origin, undefined, yours);
  }

  /** Increments add up, and apply to whatever number was written meanwhile. */
  #sum(origin: Origin, theirs: Content, yours: Content): JsonValue {
    const written = theirs.kind === 'value' ? theirs.value : yours.kind === 'value' ? yours.value : undefined;
    const start = theirs.kind === 'sum' && yours.kind === 'sum' ? theirs.start : written;
    if (typeof start === 'number') {
      const sum = sumOf(sumOf(start, theirs), yours);
      if (Number.isFinite(sum) && (!Number.isInteger(sum) || Number.isSafeInteger(sum))) return sum;
    }
    this.#conflict(origin, () => this.theirs.ignoredContents.add(origin));
    return this.yours.value(origin);
  }

  /** @param origin the value of the base document whose content this is; of a new value: undefined */
  #contentOf(origin: Origin | undefined, theirs: Content | undefined, yours: Content | undefined): JsonValue {
    const content = (theirs ?? yours) as Content;
    if (content.kind === 'value') return content.value;
    if (content.kind === 'sum') return sumOf(content.start, content);
    const parent = content.written ? undefined : origin;
    if (content.kind === 'object') {
      return this.#object(parent, theirs as ObjectContent | undefined, yours as ObjectContent | undefined);
    }
    return this.#array(parent, theirs as ArrayContent | undefined, yours as ArrayContent | undefined);
  }

  #object(parent: Origin | undefined, theirs?: ObjectContent, yours?: ObjectContent): JsonValue {
    const { basis } = (theirs ?? yours) as ObjectContent;
    const result: Record<string, JsonValue> = { ...basis };
    const members: [string, JsonValue][] = [];
    for (const key of new Set([...(theirs?.members.keys() ?? []), ...(yours?.members.keys() ?? [])])) {
      const value = this.#member(parent, key, theirs, yours);
      if (value === undefined) delete result[key];
      else members.push([key, value]);
    }
    setMembers(result, members);
    return result;
  }

  #member(
    parent: Origin | undefined,
    key: string,
    theirs?: ObjectContent,
    yours?: ObjectContent,
  ): JsonValue | undefined {
    const { basis } = (theirs ?? yours) as ObjectContent;
    const child = parent && Object.hasOwn(basis, key) ? parent.child(key) : undefined;
    const [theirNew, yourNew] = [
      arrival(this.theirs, theirs, key, child),
      arrival(this.yours, yours, key, child),
    ];
    const stays = child && this.theirs.place(child) === 'kept' && this.yours.place(child) === 'kept';
    if (stays && !theirNew) return this.#merged(child);
    if (child && this.#lostChanges(child)) {
      if (!this.#anyMoves && equalMembers(theirs, yours, key)) return memberValue(theirs, key);
      this.#conflict(child, () => this.#restore(child));
    }
    if (theirNew && yourNew) {
      if (theirNew.origin && theirNew.origin === yourNew.origin) return this.#arrive(theirNew.origin);
      if (!this.#anyMoves && equalMembers(theirs, yours, key)) return this.#newValue(this.theirs, theirNew);
    }
    const removedByOther = (side: Side): boolean => child !== undefined && side.place(child) === 'gone';
    const rivals = theirNew && (yourNew || stays || removedByOther(this.yours));
    if (parent && (rivals || (yourNew && removedByOther(this.theirs)))) {
      this.#memberConflict(parent, key, yours, theirNew);
      return yourNew && this.#newValue(this.yours, yourNew);
    }
    if (theirNew) return this.#newValue(this.theirs, theirNew);
    return yourNew && this.#newValue(this.yours, yourNew);
  }

  #array(parent: Origin | undefined, theirs?: ArrayContent, yours?: ArrayContent): JsonValue {
    const { basis } = (theirs ?? yours) as ArrayContent;
    const [theirChanges, yourChanges] = [theirs && arrayChanges(theirs), yours && arrayChanges(yours)];
    const result: JsonValue[] = [];
    for (let index = 0; index <= basis.length; index++) {
      this.#arrivals(index, theirChanges, yourChanges, result);
      if (index === basis.length) break;
      const touched =
        theirChanges?.absent.has(index) ||
        yourChanges?.absent.has(index) ||
        theirChanges?.elements.has(index) ||
        yourChanges?.elements.has(index);
      if (!touched) result.push(basis[index] as JsonValue);
      else if (parent) this.#element(parent.child(index), result);
      else {
        const node = (theirChanges ?? yourChanges)?.elements.get(index);
        if (node) result.push(this.#newValue(theirChanges ? this.theirs : this.yours, node));
      }
    }
    return result;
  }

  #arrivals(
    index: number,
    theirs: ArrayChanges | undefined,
    yours: ArrayChanges | undefined,
    result: JsonValue[],
  ): void {
    const theirNew = (theirs?.arrivals.get(index) ?? []).filter((node) => this.theirs.holds(node));
    const yourNew = (yours?.arrivals.get(index) ?? []).filter((node) => this.yours.holds(node));
    const both = new Set<Origin>();
    for (const node of theirNew) {
      const { origin } = node;
      if (origin && yourNew.some((other) => other.origin === origin)) {
        both.add(origin);
        result.push(this.#arrive(origin));
      } else result.push(this.#newValue(this.theirs, node));
    }
    for (const node of yourNew) {
      if (!node.origin || !both.has(node.origin)) result.push(this.#newValue(this.yours, node));
    }
  }

  #element(child: Origin, result: JsonValue[]): void {
    const stays = this.theirs.place(child) === 'kept' && this.yours.place(child) === 'kept';
    if (stays) result.push(this.#merged(child));
    else if (this.#lostChanges(child)) this.#conflict(child, () => this.#restore(child));
  }

  /** Whether one side removed a value that the other side did something with. */
  #lostChanges(child: Origin): boolean {
    const [theirs, yours] = [this.theirs.place(child), this.yours.place(child)];
    if (theirs === 'gone' && yours === 'kept') return this.yours.changedBeyondRemovals(child);
    return yours === 'gone' && theirs === 'kept' && this.theirs.changedBeyondRemovals(child);
  }

  /** Something that one side put somewhere: a new value, or one that it moved there. */
  #newValue(side: Side, node: TraceNode): JsonValue {
    const { origin, content } = node;
    if (!origin) {
      return side === this.theirs
        ? this.#contentOf(undefined, content, undefined)
        : this.#contentOf(undefined, undefined, content);
    }
    const elsewhere = (side === this.theirs ? this.yours : this.theirs).whereabouts(origin);
    if (elsewhere !== 'kept') {
      const yoursMoved = side === this.yours && elsewhere === 'gone';
      this.#conflict(origin, () =>
        yoursMoved ? this.#restore(origin) : this.theirs.ignoredPlaces.add(origin),
      );
    }
    return this.#arrive(origin);
  }

  #arrive(origin: Origin): JsonValue {
    // What both sides moved, each into the other, would never end; the check at the end never sees it arrive.
    if (this.#arrived.has(origin)) return null;
    this.#arrived.add(origin);
    return this.#merged(origin);
  }

  /** Everything that was moved must have come to stand somewhere: not so when each side moved into what the other moved. */
  #checkArrivals(): void {
    const lost = (side: Side): Origin[] => side.moved().filter((origin) => !this.#arrived.has(origin));
    const theirs = lost(this.theirs);
    for (const origin of theirs) this.#conflict(origin, () => this.theirs.ignoredPlaces.add(origin));
    if (theirs.length > 0) return;
    const yours = lost(this.yours);
    if (yours.length > 0) throw new Error('A value that was moved has come to stand nowhere.');
  }

  /** A tested value must be where it was, and what it was, before yours: or the test might not have held. */
  #checkTests(): void {
    for (const { origin, expected } of this.yours.trace.tests) {
      const untouched =
        this.theirs.place(origin) === 'kept' &&
        this.theirs.whereabouts(origin) === 'kept' &&
        equalJson(this.theirs.value(origin), origin.value);
      if (!untouched) this.conflicts.atTest(origin, expected);
    }
  }

  /** Undoes what theirs did to make a value go. */
  #restore(origin: Origin): void {
    for (let at: Origin | undefined = origin; at; at = at.parent) {
      if (this.theirs.place(at) === 'gone') {
        this.theirs.ignoredPlaces.add(at);
        return;
      }
      if (at.parent && this.theirs.content(at.parent)?.written) {
        this.theirs.ignoredContents.add(at.parent);
        return;
      }
    }
    // It is yours that removed it: so be it, the next pass leaves out what theirs did inside.
    this.theirs.ignoredContents.add(origin);
  }

  #conflict(origin: Origin, resolve: () => unknown): void {
    if (this.overwrite) {
      this.again = true;
      resolve();
      return;
    }
    this.conflicts.at(origin);
  }

  #memberConflict(
    parent: Origin,
    key: string,
    yours: ObjectContent | undefined,
    theirNew: TraceNode | undefined,
  ): void {
    if (this.overwrite) {
      // Where theirs has nothing to be ignored, yours stands already.
      if (!theirNew) return;
      this.again = true;
      if (theirNew.origin) this.theirs.ignoredPlaces.add(theirNew.origin);
      else this.theirs.ignoredNodes.add(theirNew);
    } else this.conflicts.atMember(parent, key, memberValue(yours, key));
  }
}

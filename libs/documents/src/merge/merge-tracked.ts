import { type JsonValue, copyMembers, setMember } from '../json';
import { equalJson } from '../patch';
import { Branch } from './branch';
import type { Conflict } from './conflict';
import { addInside, sumOf } from './increments';
import { insertedMember, memberValue, sameMember } from './merge-members';
import { Resolution } from './resolution';
import { type ArrayChanges, arrayChanges } from './tracked-array';
import type { TrackedDocument } from './tracked-document';
import type { ArrayContent, BaseNode, Content, ObjectContent, TrackedNode } from './tracked-node';

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
 * Merges what two branches did to one base document: operational transformation on the documents as trees of values with
 * identity, so that an edit follows a value wherever the other branch moved it, and what came into an array keeps its
 * neighbours. `merge(a, b)` and `merge(b, a)` agree, but for the order of what both put at one place of an array:
 * theirs comes first.
 * @param theirs what was accepted already
 * @param yours what comes in
 * @param overwrite whether yours wins every conflict
 */
export function mergeTracked(
  base: BaseNode,
  theirs: TrackedDocument,
  yours: TrackedDocument,
  overwrite: boolean,
): MergeOutcome {
  const branches = { theirs: new Branch(theirs), yours: new Branch(yours) };
  for (;;) {
    const merge = new Merge(base, branches.theirs, branches.yours, overwrite);
    const value = merge.run();
    const { conflicts, again } = merge.resolution;
    if (conflicts.length > 0) return { outcome: 'conflict', conflicts: conflicts.sorted() };
    // Each round ignores at least one more thing that theirs did, so there is an end.
    if (!again) return { outcome: 'merged', value, without: branches.theirs.value(base) };
  }
}

/** One pass over everything that either branch touched. */
class Merge {
  readonly resolution: Resolution;
  readonly #placed = new Set<BaseNode>();
  readonly #anyMoves: boolean;

  constructor(
    readonly base: BaseNode,
    readonly theirs: Branch,
    readonly yours: Branch,
    readonly overwrite: boolean,
  ) {
    this.resolution = new Resolution(theirs, yours, overwrite);
    this.#anyMoves = theirs.moved().length > 0 || yours.moved().length > 0;
  }

  run(): JsonValue {
    const value = this.#merged(this.base);
    this.#checkTests();
    const { conflicts, again } = this.resolution;
    if (conflicts.length === 0 && !again) this.#checkMoves();
    return value;
  }

  /** A value that stays in the document, with what both branches did inside. */
  #merged(origin: BaseNode): JsonValue {
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
    if (theirs.written !== yours.written) {
      const writer = theirs.written ? this.theirs : this.yours;
      const counted = this.#counted(origin, writer, writer.value(origin), () =>
        theirs.written
          ? this.#contentOf(undefined, theirs, undefined)
          : this.#contentOf(undefined, undefined, yours),
      );
      if (counted !== undefined) return counted;
    }
    // Taken whole: what one branch did inside before it wrote the whole anew is not to count again.
    const value = this.theirs.value(origin);
    const cumulative = this.theirs.isCumulative(origin) || this.yours.isCumulative(origin);
    if (!this.#anyMoves && !cumulative && equalJson(value, this.yours.value(origin))) return value;
    this.resolution.content(origin);
    return this.#contentOf(origin, undefined, yours);
  }

  /**
   * What one branch wrote, with what the other branch added to numbers inside; undefined where it did more than that.
   * @param before what the writer has there by itself
   * @param after the same with what the other branch did to values that were moved there
   */
  #counted(
    origin: BaseNode,
    writer: Branch,
    before: JsonValue,
    after: () => JsonValue,
  ): JsonValue | undefined {
    const adder = writer === this.theirs ? this.yours : this.theirs;
    const add = (onto: JsonValue): JsonValue | undefined => addInside(adder, origin, onto, this.overwrite);
    return add(before) === undefined ? undefined : add(after());
  }

  /** Increments add up, and apply to the number that was written meanwhile. */
  #sum(origin: BaseNode, theirs: Content, yours: Content): JsonValue {
    const written = theirs.kind === 'value' ? theirs.value : yours.kind === 'value' ? yours.value : undefined;
    const start = theirs.kind === 'sum' && yours.kind === 'sum' ? theirs.start : written;
    if (typeof start === 'number') {
      const sum = sumOf(start, theirs, yours);
      if (sum !== undefined) return sum;
    }
    this.resolution.content(origin);
    return this.yours.value(origin);
  }

  /** @param origin the value of the base document whose content this is; of a new value: undefined */
  #contentOf(
    origin: BaseNode | undefined,
    theirs: Content | undefined,
    yours: Content | undefined,
  ): JsonValue {
    const content = (theirs ?? yours) as Content;
    if (content.kind === 'value') return content.value;
    if (content.kind === 'sum') return sumOf(content.start, content) as number;
    const parent = content.written ? undefined : origin;
    if (content.kind === 'object') {
      return this.#object(parent, theirs as ObjectContent | undefined, yours as ObjectContent | undefined);
    }
    return this.#array(parent, theirs as ArrayContent | undefined, yours as ArrayContent | undefined);
  }

  #object(parent: BaseNode | undefined, theirs?: ObjectContent, yours?: ObjectContent): JsonValue {
    const { before } = (theirs ?? yours) as ObjectContent;
    const result = copyMembers(before);
    for (const key of new Set([...(theirs?.members.keys() ?? []), ...(yours?.members.keys() ?? [])])) {
      const value = this.#member(parent, key, theirs, yours);
      if (value === undefined) delete result[key];
      else setMember(result, key, value);
    }
    return result;
  }

  #member(
    parent: BaseNode | undefined,
    key: string,
    theirs?: ObjectContent,
    yours?: ObjectContent,
  ): JsonValue | undefined {
    const { before } = (theirs ?? yours) as ObjectContent;
    const child = parent && Object.hasOwn(before, key) ? parent.child(key) : undefined;
    const theirNew = insertedMember(this.theirs, theirs, key, child);
    const yourNew = insertedMember(this.yours, yours, key, child);
    const stays = child && this.theirs.place(child) === 'kept' && this.yours.place(child) === 'kept';
    if (stays && !theirNew) return this.#merged(child);
    const same = (): boolean =>
      !this.#anyMoves &&
      sameMember({ branch: this.theirs, content: theirs }, { branch: this.yours, content: yours }, key);
    if (child && this.#lostChanges(child)) {
      const counted = this.#countedAnew(child, theirNew, yourNew);
      if (counted !== undefined) return counted;
      if (same()) return memberValue(theirs, key);
      this.resolution.removal(child, theirNew);
    }
    if (theirNew && yourNew) {
      if (theirNew.origin && theirNew.origin === yourNew.origin) return this.#placeMoved(theirNew.origin);
      if (same()) return this.#newValue(this.theirs, theirNew);
    }
    const removedBy = (branch: Branch): boolean => child !== undefined && branch.place(child) === 'removed';
    const rivals = theirNew && (yourNew || stays || removedBy(this.yours));
    if (parent && (rivals || (yourNew && removedBy(this.theirs)))) {
      this.resolution.member(parent, key, yours, theirNew);
      return yourNew && this.#newValue(this.yours, yourNew);
    }
    if (theirNew) return this.#newValue(this.theirs, theirNew);
    return yourNew && this.#newValue(this.yours, yourNew);
  }

  /** What one branch put in the place of a member that it removed, with what the other branch added to numbers inside. */
  #countedAnew(child: BaseNode, theirNew?: TrackedNode, yourNew?: TrackedNode): JsonValue | undefined {
    const theirsRemoved = this.theirs.place(child) === 'removed';
    const [writer, node] = theirsRemoved ? [this.theirs, theirNew] : [this.yours, yourNew];
    if (!node || node.origin) return undefined;
    return this.#counted(child, writer, writer.nodeValue(node), () => this.#newValue(writer, node));
  }

  #array(parent: BaseNode | undefined, theirs?: ArrayContent, yours?: ArrayContent): JsonValue {
    const { before } = (theirs ?? yours) as ArrayContent;
    const [theirChanges, yourChanges] = [theirs && arrayChanges(theirs), yours && arrayChanges(yours)];
    const result: JsonValue[] = [];
    for (let index = 0; index <= before.length; index++) {
      this.#insertions(index, theirChanges, yourChanges, result);
      if (index === before.length) break;
      const touched =
        theirChanges?.absent.has(index) ||
        yourChanges?.absent.has(index) ||
        theirChanges?.elements.has(index) ||
        yourChanges?.elements.has(index);
      if (!touched) result.push(before[index] as JsonValue);
      else if (parent) this.#element(parent.child(index), result);
      else {
        const node = (theirChanges ?? yourChanges)?.elements.get(index);
        if (node) result.push(this.#newValue(theirChanges ? this.theirs : this.yours, node));
      }
    }
    return result;
  }

  #insertions(
    index: number,
    theirs: ArrayChanges | undefined,
    yours: ArrayChanges | undefined,
    result: JsonValue[],
  ): void {
    const theirNew = (theirs?.insertions.get(index) ?? []).filter((node) => this.theirs.holds(node));
    const yourNew = (yours?.insertions.get(index) ?? []).filter((node) => this.yours.holds(node));
    const both = new Set<BaseNode>();
    for (const node of theirNew) {
      const { origin } = node;
      if (origin && yourNew.some((other) => other.origin === origin)) {
        both.add(origin);
        result.push(this.#placeMoved(origin));
      } else result.push(this.#newValue(this.theirs, node));
    }
    for (const node of yourNew) {
      if (!node.origin || !both.has(node.origin)) result.push(this.#newValue(this.yours, node));
    }
  }

  #element(child: BaseNode, result: JsonValue[]): void {
    const stays = this.theirs.place(child) === 'kept' && this.yours.place(child) === 'kept';
    if (stays) result.push(this.#merged(child));
    else if (this.#lostChanges(child)) this.resolution.removal(child);
  }

  /** Whether one branch removed a value that the other branch did something with. */
  #lostChanges(child: BaseNode): boolean {
    const [theirs, yours] = [this.theirs.place(child), this.yours.place(child)];
    if (theirs === 'removed' && yours === 'kept') return this.yours.changedBeyondRemovals(child);
    return yours === 'removed' && theirs === 'kept' && this.theirs.changedBeyondRemovals(child);
  }

  /** Something that one branch put somewhere: a new value, or one that it moved there. */
  #newValue(branch: Branch, node: TrackedNode): JsonValue {
    const { origin, content } = node;
    if (!origin) {
      return branch === this.theirs
        ? this.#contentOf(undefined, content, undefined)
        : this.#contentOf(undefined, undefined, content);
    }
    const elsewhere = (branch === this.theirs ? this.yours : this.theirs).placement(origin);
    if (elsewhere !== 'kept') {
      if (branch === this.yours && elsewhere === 'removed') this.resolution.removal(origin);
      else this.resolution.placement(origin);
    }
    return this.#placeMoved(origin);
  }

  #placeMoved(origin: BaseNode): JsonValue {
    // What both branches moved, each into the other, would never end; the check at the end never sees it placed.
    if (this.#placed.has(origin)) return null;
    this.#placed.add(origin);
    return this.#merged(origin);
  }

  /** Every moved value must be placed; two moves into each other leave none. */
  #checkMoves(): void {
    const lost = (branch: Branch): BaseNode[] => branch.moved().filter((origin) => !this.#placed.has(origin));
    const theirs = lost(this.theirs);
    for (const origin of theirs) this.resolution.placement(origin);
    if (theirs.length > 0) return;
    if (lost(this.yours).length > 0) throw new Error('A moved value was placed nowhere.');
  }

  /** A tested value must be where it was, and what it was, before yours: or the test might not have held. */
  #checkTests(): void {
    for (const { origin, expected } of this.yours.tracked.tests) {
      const untouched =
        this.theirs.place(origin) === 'kept' &&
        this.theirs.placement(origin) === 'kept' &&
        equalJson(this.theirs.value(origin), origin.value);
      if (!untouched) this.resolution.test(origin, expected);
    }
  }
}

import type { JsonValue } from '../json';
import { ConflictLog } from './conflict-log';
import { continueCounting } from './increments';
import { memberValue } from './merge-members';
import type { Branch } from './branch';
import type { ObjectContent, BaseNode, TrackedNode } from './tracked-node';

/**
 * What becomes of the conflicts of one pass: they are reported, or what theirs did there is ignored, and the pass has to
 * be repeated.
 */
export class Resolution {
  readonly conflicts: ConflictLog;
  /** Whether something of theirs was ignored for the sake of yours. */
  again = false;

  /** @param overwrite whether yours wins every conflict */
  constructor(
    readonly theirs: Branch,
    readonly yours: Branch,
    readonly overwrite: boolean,
  ) {
    this.conflicts = new ConflictLog(theirs, yours);
  }

  /** Both changed the content of one value. */
  content(origin: BaseNode): void {
    this.#settle(origin, () => {
      continueCounting(this.yours, this.theirs, origin, this.theirs.value(origin));
      this.theirs.ignoredContents.add(origin);
    });
  }

  /**
   * One branch removed a value that the other did something with.
   * @param instead what theirs has in its place
   */
  removal(origin: BaseNode, instead?: TrackedNode): void {
    this.#settle(origin, () => {
      if (instead) continueCounting(this.yours, this.theirs, origin, this.theirs.nodeValue(instead));
      this.#restore(origin);
    });
  }

  /** Theirs moved a value to a place where it cannot be. */
  placement(origin: BaseNode): void {
    this.#settle(origin, () => this.theirs.ignoredPlaces.add(origin));
  }

  /** Both put something at one key of an object. */
  member(
    parent: BaseNode,
    key: string,
    yours: ObjectContent | undefined,
    theirNew: TrackedNode | undefined,
  ): void {
    if (!this.overwrite) {
      this.conflicts.atMember(parent, key, memberValue(yours, key));
      return;
    }
    // Where theirs has nothing to be ignored, yours is there already.
    if (!theirNew) return;
    this.again = true;
    if (theirNew.origin) this.theirs.ignoredPlaces.add(theirNew.origin);
    else this.theirs.ignoredNodes.add(theirNew);
  }

  /** Yours made sure of a value that theirs changed, moved or removed. It wins without its test. */
  test(origin: BaseNode, expected: JsonValue): void {
    if (!this.overwrite) this.conflicts.atTest(origin, expected);
  }

  #settle(origin: BaseNode, resolve: () => unknown): void {
    if (this.overwrite) {
      this.again = true;
      resolve();
    } else this.conflicts.at(origin);
  }

  /** Undoes what theirs did to make a value go. */
  #restore(origin: BaseNode): void {
    for (let at: BaseNode | undefined = origin; at; at = at.parent) {
      if (this.theirs.place(at) === 'removed') {
        this.theirs.ignoredPlaces.add(at);
        return;
      }
      if (at.parent && this.theirs.content(at.parent)?.written) {
        this.theirs.ignoredContents.add(at.parent);
        return;
      }
    }
    // It is yours that removed it: the next pass leaves out what theirs did inside.
    this.theirs.ignoredContents.add(origin);
  }
}

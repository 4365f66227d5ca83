import type { JsonValue } from '../json';
import type { Conflict } from './conflict';
import { memberOf } from './merge-members';
import type { Branch } from './branch';
import type { BaseNode } from './tracked-node';
import { type Location, TrackedPaths } from './tracked-paths';

/** The conflicts of a merge as they are found. Paths are only worked out when there is one. */
export class ConflictLog {
  readonly #found: Conflict[] = [];
  #paths: TrackedPaths | undefined;

  constructor(
    readonly theirs: Branch,
    readonly yours: Branch,
  ) {}

  get length(): number {
    return this.#found.length;
  }

  /** Both did something to one value. */
  at(origin: BaseNode): void {
    const location = this.#locations.locate(origin);
    this.#add(location, this.#yoursOf(location.origin));
  }

  /** Both did something at one key of an object. */
  atMember(parent: BaseNode, key: string, yours: JsonValue | undefined): void {
    this.#add(this.#locations.locateMember(parent, key), yours);
  }

  /** A value is not what yours made sure of. */
  atTest(origin: BaseNode, expected: JsonValue): void {
    const location = this.#locations.locate(origin);
    this.#add(location, location.origin === origin ? expected : this.#yoursOf(location.origin));
  }

  /** In the order of their paths, one for each path. */
  sorted(): Conflict[] {
    const byPath = new Map(this.#found.toReversed().map((conflict) => [conflict.path, conflict]));
    return [...byPath.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  /** What yours has of a value, or in its place. */
  #yoursOf(origin: BaseNode): JsonValue | undefined {
    if (this.yours.placement(origin) !== 'removed') return this.yours.value(origin);
    const { parent, key } = origin;
    return parent && memberOf(this.yours, parent, String(key));
  }

  #add({ path, value }: Location, yours: JsonValue | undefined): void {
    this.#found.push({
      path,
      ...(yours === undefined ? {} : { yours }),
      ...(value === undefined ? {} : { theirs: value }),
    });
  }

  get #locations(): TrackedPaths {
    return (this.#paths ??= new TrackedPaths(this.theirs));
  }
}

import type { JsonValue } from '../json';
import type { Conflict } from './conflict';
import { memberOf } from './merge-members';
import type { Side } from './side';
import type { Origin } from './trace-node';
import { type Location, TracePaths } from './trace-paths';

/** The conflicts of a merge as they are found. Paths are only worked out when there is one. */
export class ConflictLog {
  readonly #found: Conflict[] = [];
  #paths: TracePaths | undefined;

  constructor(
    readonly theirs: Side,
    readonly yours: Side,
  ) {}

  get length(): number {
    return this.#found.length;
  }

  /** Both did something to one value. */
  at(origin: Origin): void {
    const location = this.#locations.locate(origin);
    this.#add(location, this.#yoursOf(location.origin));
  }

  /** Both did something at one key of an object. */
  atMember(parent: Origin, key: string, yours: JsonValue | undefined): void {
    this.#add(this.#locations.locateMember(parent, key), yours);
  }

  /** A value is not what yours made sure of. */
  atTest(origin: Origin, expected: JsonValue): void {
    const location = this.#locations.locate(origin);
    this.#add(location, location.origin === origin ? expected : this.#yoursOf(location.origin));
  }

  /** In the order of their paths, one for each path. */
  sorted(): Conflict[] {
    const byPath = new Map(this.#found.toReversed().map((conflict) => [conflict.path, conflict]));
    return [...byPath.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  /** What yours has of a value, or in its place. */
  #yoursOf(origin: Origin): JsonValue | undefined {
    if (this.yours.whereabouts(origin) !== 'gone') return this.yours.value(origin);
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

  get #locations(): TracePaths {
    return (this.#paths ??= new TracePaths(this.theirs));
  }
}

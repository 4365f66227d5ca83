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
    const gone = this.yours.whereabouts(origin) === 'gone';
    const { parent, key } = origin;
    const instead = gone && parent ? memberOf(this.yours, parent, String(key)) : undefined;
    this.#add(this.#locations.locate(origin), gone ? instead : this.yours.value(origin));
  }

  /** Both did something at one key of an object. */
  atMember(parent: Origin, key: string, yours: JsonValue | undefined): void {
    this.#add(this.#locations.locateMember(parent, key), yours);
  }

  /** A value is not what yours made sure of. */
  atTest(origin: Origin, expected: JsonValue): void {
    this.#add(this.#locations.locate(origin), expected);
  }

  /** In the order of their paths, one for each path. */
  sorted(): Conflict[] {
    const byPath = new Map(this.#found.toReversed().map((conflict) => [conflict.path, conflict]));
    return [...byPath.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
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

import type { JsonValue } from '../json';

/** Two changes that cannot both stand. */
export interface Conflict {
  /** JSON Pointer (RFC 6901) of the place in the current document; of a removed element, where it stood. */
  readonly path: string;
  /** What the incoming change wanted there; absent where it wanted nothing there. */
  readonly yours?: JsonValue;
  /** What stands there now; absent where there is nothing. */
  readonly theirs?: JsonValue;
}

import type { JsonValue } from '../json';

/** Two changes that cannot both hold. */
export interface Conflict {
  /**
   * JSON Pointer (RFC 6901) of the place in the current document. Of an array element that others removed, it names the
   * array: the index of the element names its neighbour now. Of what was inside a removed or replaced value, it names
   * that value.
   */
  readonly path: string;
  /** What the incoming change has there; absent where it has nothing there. */
  readonly yours?: JsonValue;
  /**
   * The value there now; absent where there is none. It equals `yours` where both came to the same value by changes
   * that add up, such as increments.
   */
  readonly theirs?: JsonValue;
}

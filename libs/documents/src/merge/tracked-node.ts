import type { JsonArray, JsonObject, JsonValue } from '../json';

/** A value of the base document, by identity: wherever changes take it, it stays the same one. */
export class BaseNode {
  readonly #children = new Map<string | number, BaseNode>();

  /**
   * @param value the value in the base document
   * @param parent the object or array that holds it; undefined for the root
   * @param key its key or index there
   */
  constructor(
    readonly value: JsonValue,
    readonly parent?: BaseNode,
    readonly key: string | number = '',
  ) {}

  /** The member or element of this value; always the same object for the same key. */
  child(key: string | number): BaseNode {
    let child = this.#children.get(key);
    if (!child) {
      child = new BaseNode((this.value as Record<string | number, JsonValue>)[key] as JsonValue, this, key);
      this.#children.set(key, child);
    }
    return child;
  }
}

/** Where a value of the base document went: still in its place within its parent, elsewhere, or nowhere. */
export type Placement = 'kept' | 'moved' | 'removed';

/** A value in a traced document: one of the base document that was looked at closely, or a new one. */
export interface TrackedNode {
  /** Which value of the base document this is; undefined for a new one. */
  readonly origin: BaseNode | undefined;
  placement: Placement;
  content: Content;
}

/**
 * What a value holds. `written` content was put there whole; content that was not is the base document's, with
 * changes inside, and what they do not name is the base document's own.
 */
export type Content =
  | { readonly kind: 'value'; readonly written: boolean; readonly value: JsonValue }
  | ObjectContent
  | ArrayContent
  | SumContent;

/** A number of the base document with what was added to it: one by one, since rounding depends on the order. */
export interface SumContent {
  readonly kind: 'sum';
  readonly written: false;
  readonly start: number;
  readonly added: readonly number[];
}

/** An object with changes inside. */
export interface ObjectContent {
  readonly kind: 'object';
  readonly written: boolean;
  readonly before: JsonObject;
  /** The members that were looked at; undefined where there is none now. The others are those of `before`. */
  readonly members: Map<string, TrackedNode | undefined>;
}

/** An array with changes inside. */
export interface ArrayContent {
  readonly kind: 'array';
  readonly written: boolean;
  readonly before: JsonArray;
  /** The elements from left to right. */
  pieces: Piece[];
  /** Whether every piece stands for one element, so that an index is a position. */
  single: boolean;
}

/** Elements `start` to before `end` of the before as they are; or one that was looked at; or one that came in. */
export type Piece =
  | { readonly kind: 'run'; readonly start: number; readonly end: number }
  | { readonly kind: 'element'; readonly index: number; readonly node: TrackedNode }
  | { readonly kind: 'insertion'; readonly node: TrackedNode };

/** A new value. */
export function freshNode(value: JsonValue): TrackedNode {
  return { origin: undefined, placement: 'kept', content: { kind: 'value', written: true, value } };
}

/** A value of the base document, unchanged so far. */
export function unchangedNode(origin: BaseNode): TrackedNode {
  return { origin, placement: 'kept', content: { kind: 'value', written: false, value: origin.value } };
}

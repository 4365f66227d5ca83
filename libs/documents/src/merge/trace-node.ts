import type { JsonArray, JsonObject, JsonValue } from '../json';

/** A value of the base document, by identity: wherever changes take it, it stays the same one. */
export class Origin {
  readonly #children = new Map<string | number, Origin>();

  /**
   * @param value the value in the base document
   * @param parent the object or array it stands in; undefined for the root
   * @param key its key or index there
   */
  constructor(
    readonly value: JsonValue,
    readonly parent?: Origin,
    readonly key: string | number = '',
  ) {}

  /** The member or element of this value; always the same object for the same key. */
  child(key: string | number): Origin {
    let child = this.#children.get(key);
    if (!child) {
      child = new Origin((this.value as Record<string | number, JsonValue>)[key] as JsonValue, this, key);
      this.#children.set(key, child);
    }
    return child;
  }
}

/** Where a value of the base document went: still in its place within its parent, elsewhere, or nowhere. */
export type Whereabouts = 'kept' | 'moved' | 'gone';

/** A value in a traced document: one of the base document that was looked at closely, or a new one. */
export interface TraceNode {
  /** Which value of the base document this is; undefined for a new one. */
  readonly origin: Origin | undefined;
  whereabouts: Whereabouts;
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
  readonly basis: JsonObject;
  /** The members that were looked at; undefined where there is none now. The others are those of `basis`. */
  readonly members: Map<string, TraceNode | undefined>;
}

/** An array with changes inside. */
export interface ArrayContent {
  readonly kind: 'array';
  readonly written: boolean;
  readonly basis: JsonArray;
  /** The elements from left to right. */
  pieces: Piece[];
  /** Whether every piece stands for one element, so that an index is a position. */
  single: boolean;
}

/** Elements `start` to before `end` of the basis as they are; or one that was looked at; or one that came in. */
export type Piece =
  | { readonly kind: 'run'; readonly start: number; readonly end: number }
  | { readonly kind: 'element'; readonly index: number; readonly node: TraceNode }
  | { readonly kind: 'arrival'; readonly node: TraceNode };

/** A new value. */
export function freshNode(value: JsonValue): TraceNode {
  return { origin: undefined, whereabouts: 'kept', content: { kind: 'value', written: true, value } };
}

/** A value of the base document, unchanged so far. */
export function originNode(origin: Origin): TraceNode {
  return { origin, whereabouts: 'kept', content: { kind: 'value', written: false, value: origin.value } };
}

import { type JsonObject, type JsonValue, copyMembers, setMember } from '../json';
import type { DocumentMeter } from './document-meter';

type Container = JsonValue[] | Record<string, JsonValue>;

/** Why an edit is not possible, in words for the caller. */
export class EditRefused extends Error {}

/**
 * A document being edited without touching the original: every object and array is copied the first time it is
 * changed, so an edit costs the way to the place and not the whole document, and old and new share the rest.
 */
export class Draft {
  /** Containers that this draft made, each of which it holds at one place only: they can be changed as they are. */
  readonly #own = new Set<object>();
  /** Containers that were its own until they were put at a second place. Only they may have own ones inside. */
  readonly #lent = new Set<object>();
  /** The containers from the root to the one that an edit changes; only kept where edits are counted. */
  #way: object[] = [];

  /** @param meter counts what the document comes to; without one, anything goes */
  constructor(
    public root: JsonValue,
    private readonly meter?: DocumentMeter,
  ) {}

  /** The value at a place; throws `EditRefused` when there is none. */
  get(tokens: readonly string[]): JsonValue {
    let value = this.root;
    for (const token of tokens) value = childOf(value, token);
    return value;
  }

  /** RFC 6902 section 4.1: inserts into an array, sets a member of an object, or replaces the document. */
  add(tokens: readonly string[], value: JsonValue): void {
    const last = tokens.at(-1);
    if (last === undefined) return this.#replaceRoot(value);
    const parent = this.#ownParent(tokens);
    if (!Array.isArray(parent)) return this.#set(parent, last, value);
    const index = insertionIndex(parent, last);
    this.meter?.shifted(parent.length - index);
    this.meter?.added(this.#way, value);
    parent.splice(index, 0, value);
  }

  /** RFC 6902 section 4.2: takes a value away and returns it. The document itself cannot be removed. */
  remove(tokens: readonly string[]): JsonValue {
    const last = tokens.at(-1);
    if (last === undefined) throw new EditRefused('the whole document cannot be removed.');
    const removed = this.get(tokens);
    const parent = this.#ownParent(tokens);
    if (Array.isArray(parent)) {
      this.meter?.shifted(parent.length - Number(last));
      this.meter?.removed(this.#way, removed);
      parent.splice(Number(last), 1);
    } else {
      this.meter?.removed(this.#way, removed, last);
      delete parent[last];
    }
    return removed;
  }

  /** RFC 6902 section 4.3: puts another value where one is. */
  replace(tokens: readonly string[], value: JsonValue): void {
    const last = tokens.at(-1);
    if (last === undefined) return this.#replaceRoot(value);
    const replaced = this.get(tokens);
    const parent = this.#ownParent(tokens);
    if (!Array.isArray(parent)) return this.#set(parent, last, value);
    this.meter?.removed(this.#way, replaced);
    this.meter?.added(this.#way, value);
    parent[Number(last)] = value;
  }

  /** RFC 6902 section 4.5: puts the value of one place at another, too. */
  copy(from: readonly string[], to: readonly string[]): void {
    const value = this.get(from);
    // From here on the value is at two places: an edit of one must copy it again, or it would show at both.
    this.meter?.lent(value);
    this.#lend(value);
    this.add(to, value);
  }

  #replaceRoot(value: JsonValue): void {
    this.meter?.replaced(value);
    this.root = value;
  }

  #set(parent: Record<string, JsonValue>, key: string, value: JsonValue): void {
    if (this.meter) {
      if (Object.hasOwn(parent, key)) this.meter.removed(this.#way, parent[key] as JsonValue, key);
      this.meter.added(this.#way, value, key);
    }
    setMember(parent, key, value);
  }

  #ownParent(tokens: readonly string[]): Container {
    let container = this.#copyOnce(this.root);
    this.root = container;
    if (this.meter) this.#way = [container];
    for (let depth = 0; depth < tokens.length - 1; depth++) {
      const token = tokens[depth] as string;
      const child = this.#copyOnce(childOf(container, token));
      if (Array.isArray(container)) container[Number(token)] = child;
      else setMember(container, token, child);
      container = child;
      if (this.meter) this.#way.push(container);
    }
    return container;
  }

  #copyOnce(value: JsonValue): Container {
    if (typeof value !== 'object' || value === null)
      throw new EditRefused('its parent is not an object or array.');
    if (this.#own.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? value.slice() : copyMembers(value as JsonObject);
    const isLent = this.#lent.has(value);
    // What is inside is at two places now: in the copy, and in what was lent.
    if (isLent) for (const child of Object.values(copy)) this.#lend(child);
    this.meter?.copied(value, copy, isLent);
    this.#own.add(copy);
    return copy;
  }

  #lend(value: JsonValue): void {
    if (typeof value === 'object' && value !== null && this.#own.delete(value)) this.#lent.add(value);
  }
}

function childOf(parent: JsonValue, token: string): JsonValue {
  if (typeof parent !== 'object' || parent === null)
    throw new EditRefused('its parent is not an object or array.');
  if (Array.isArray(parent)) return parent[existingIndex(parent, token)] as JsonValue;
  if (!Object.hasOwn(parent, token)) throw new EditRefused('there is no value.');
  return (parent as Record<string, JsonValue>)[token] as JsonValue;
}

const arrayIndex = /^(0|[1-9]\d{0,15})$/;

function existingIndex(array: readonly JsonValue[], token: string): number {
  if (token === '-')
    throw new EditRefused('"-" names the place after the last element, where there is no value.');
  if (!arrayIndex.test(token)) throw new EditRefused(`"${token}" is not an array index.`);
  const index = Number(token);
  if (index >= array.length) throw new EditRefused(`the array has ${array.length} elements.`);
  return index;
}

function insertionIndex(array: readonly JsonValue[], token: string): number {
  // RFC 6901 section 4: "-" names the element after the last.
  if (token === '-') return array.length;
  if (!arrayIndex.test(token)) throw new EditRefused(`"${token}" is not an array index.`);
  const index = Number(token);
  if (index > array.length) throw new EditRefused(`the array has ${array.length} elements.`);
  return index;
}

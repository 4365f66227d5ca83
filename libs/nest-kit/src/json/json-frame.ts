import {
  type JsonObject,
  type JsonValue,
  appendToken,
  noteSource,
  setMember,
  unparsedObject,
} from '@nexus-state/documents';
import { boundedText } from '../problems/bounded-facts';
import { KeySet } from './key-set';

/** An object with more members stays a text (`unparsedObject`). */
const maxBuiltMembers = 8 * 1024;

/** An object or array that the reader has opened and not closed yet, with the part of its value that is parsed already. */
export class Frame {
  /** Where the text begins that is not parsed yet. */
  from: number;
  /** Whether the last value was parsed on its own: only white space may follow it before the next comma. */
  hasBuilt = false;
  #expectsKey: boolean;
  #index = 0;
  #key = '';
  #keys: KeySet | undefined;
  #members: Record<string, JsonValue> | undefined;
  #elements: JsonValue[] | undefined;

  /** @param start where it begins in the text */
  constructor(
    readonly start: number,
    readonly isObject: boolean,
  ) {
    this.from = start + 1;
    this.#expectsKey = isObject;
  }

  /** Whether the next string is a key. */
  get expectsKey(): boolean {
    return this.#expectsKey;
  }

  /** Notes a comma. */
  next(): void {
    this.#index++;
    this.#expectsKey = this.isObject;
  }

  /** Notes a key. @returns false where the object has this key already */
  addKey(key: string): boolean {
    this.#expectsKey = false;
    // Most objects have few members; an object with one member needs no set.
    if (this.#index > 0) this.#keys ??= new KeySet(this.#key);
    this.#key = key;
    return this.#keys?.add(key) ?? true;
  }

  /** Whether parts of it are parsed already. */
  get isBuilt(): boolean {
    return this.#members !== undefined || this.#elements !== undefined;
  }

  /**
   * Its value, once all of its parts are parsed.
   * @param text the whole of it, which is noted for the value
   */
  close(text: string): JsonValue {
    const head = this.#members ?? {};
    const value = this.#isLong
      ? unparsedObject(text, head, this.#keys?.has('then') === true)
      : this.isObject
        ? head
        : (this.#elements ?? []);
    noteSource(value, text);
    return value;
  }

  get #isLong(): boolean {
    return this.isObject && this.#index >= maxBuiltMembers;
  }

  /** Adds the members of an object, or the elements of an array. */
  take(piece: JsonValue): void {
    if (this.#isLong) this.#members ??= {};
    else if (this.isObject)
      for (const [key, member] of Object.entries(piece as JsonObject)) this.#set(key, member);
    else for (const element of piece as readonly JsonValue[]) (this.#elements ??= []).push(element);
  }

  /**
   * Adds a value that was parsed on its own, and what precedes it.
   * @param piece what precedes the value, with null in place of the value
   */
  takeBefore(piece: JsonValue, value: JsonValue): void {
    this.take(piece);
    if (this.isObject) this.#set(this.#key, value);
    else (this.#elements as JsonValue[])[(this.#elements as JsonValue[]).length - 1] = value;
    this.hasBuilt = true;
  }

  #set(key: string, member: JsonValue): void {
    this.#members ??= {};
    if (this.#isLong) return;
    setMember(this.#members, key, member);
  }

  /** The pointer of the value that the reader is at (RFC 6901). */
  static pointer(frames: readonly Frame[]): string {
    return frames.reduce(
      (path, frame) => appendToken(path, frame.isObject ? frame.#key : String(frame.#index)),
      '',
    );
  }
}

/** The message of a refusal of the last key, which the object has already. */
export function duplicateOf(frames: readonly Frame[]): string {
  return `the object has the member "${boundedText(Frame.pointer(frames))}" twice.`;
}

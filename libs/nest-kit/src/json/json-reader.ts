import { type JsonValue, StateTooDeep, UnsupportedValue } from '@nexus-state/documents';
import { Frame, duplicateOf } from './json-frame';
import { leastTextBytes } from './text-bytes';
import { unfaithfulNumberText } from './number-text';
import { WindowedText } from './windowed-text';

/** The reader refuses deeper nesting. Above the limit for states, with room for the envelope of a request. */
export const maxTextDepth = 1_024;

/** How much of a large text `JSON.parse` gets at once, in characters: it takes a few milliseconds at most. */
const pieceLength = 32 * 1024;

/** The values that a text may have by default: twice as many as a state of 1 MiB can have. */
export const maxTextValues = 1_048_576;

/** The most bytes that one UTF-16 unit has in UTF-8. */
const bytesPerUnit = 3;

/** A double holds every number of so few characters without an exponent. */
const shortNumber = 15;

/** Numbers of more characters are refused, whatever they are. */
const longestNumber = 64 * 1024;

const whiteSpace = /^[ \t\n\r]*$/;

/** A text that is not JSON (RFC 8259), or has one member twice in an object. Quotes nothing of the text. */
export class NotJson extends Error {}

/** A text in which an object has a member twice. */
export class DuplicateMember extends NotJson {}

/** A text with a string that has more bytes than the reader allows. Thrown before the string is decoded. */
export class StringTooLong extends Error {
  /** @param bytes how many it has at least, in canonical JSON */
  constructor(readonly bytes: number) {
    super('a string is too long.');
  }
}

/** A text with more values than the reader allows. */
export class TooManyValues extends Error {}

/**
 * Reads a JSON text (RFC 8259) more strictly than `JSON.parse`, and in steps, so that a large text need not block the event
 * loop. It scans the text, and gives it to `JSON.parse` piece by piece. It refuses what `JSON.parse` would accept silently: a
 * member that an object has twice, a number that a double cannot hold (see `unfaithfulNumberText`), and very deep nesting.
 */
export class JsonReader {
  readonly #text: string | WindowedText;
  #at = 0;
  readonly #frames: Frame[] = [];
  /** The innermost frame. */
  #frame: Frame | undefined;
  #result: { readonly value: JsonValue } | undefined;

  #valuesLeft: number;
  /** White space that is left out. */
  readonly #gaps: { readonly from: number; readonly to: number }[] = [];

  /**
   * @param text the text, or its pieces in order
   * @param maxValues how many values the text may have, about: each value takes memory, however short its text is
   * @param maxStringBytes how many bytes each string may have, about, in canonical JSON
   */
  constructor(
    text: string | readonly string[],
    maxValues = maxTextValues,
    private readonly maxStringBytes = Infinity,
  ) {
    this.#valuesLeft = maxValues;
    const whole = typeof text === 'string' ? text : text.length === 1 ? text[0] : undefined;
    this.#text = whole ?? new WindowedText(text as readonly string[]);
  }

  /** The value of the text. Call it only after `read` has returned true. */
  get value(): JsonValue {
    if (!this.#result) throw new Error('The text is not read yet.');
    return this.#result.value;
  }

  /**
   * Reads the next part of the text.
   * @param length how many characters to scan, about
   * @returns true at the end of the text
   * @throws NotJson when it is not JSON, or has a member twice
   * @throws StringTooLong when it has a longer string than `maxStringBytes`
   * @throws TooManyValues when it has more values than `maxValues`
   * @throws UnsupportedValue with the pointer of a number that a double cannot hold
   * @throws StateTooDeep when it is nested deeper than `maxTextDepth`
   */
  read(length = Infinity): boolean {
    const text = this.#text;
    const end = Math.min(text.length, this.#at + length);
    while (this.#at < end) this.#step(text.charCodeAt(this.#at));
    if (this.#valuesLeft < 0) throw new TooManyValues();
    if (this.#at < text.length) return false;
    if (this.#frames.length > 0) throw new NotJson('it ends too early.');
    this.#result ??= { value: this.#parse(this.#between(0, text.length), 0) };
    return true;
  }

  #step(unit: number): void {
    switch (unit) {
      case 0x22: // "
        return this.#string();
      case 0x7b: // {
      case 0x5b: // [
        return this.#open(unit === 0x7b);
      case 0x7d: // }
      case 0x5d: // ]
        return this.#close(unit === 0x7d);
      case 0x2c: // ,
        return this.#comma();
      default:
        if (unit === 0x2d || (unit >= 0x30 && unit <= 0x39)) this.#number();
        else if (isSpace(unit)) this.#space();
        else this.#at++;
    }
  }

  /** Skips white space; that of a long run, but for one character, is none of the text that is parsed. */
  #space(): void {
    const start = this.#at;
    const end = Math.min(start + pieceLength, this.#text.length);
    let at = start + 1;
    while (at < end && isSpace(this.#text.charCodeAt(at))) at++;
    this.#at = at;
    if (at - start === pieceLength) this.#gaps.push({ from: start + 1, to: at });
  }

  /** The text between two places, without long runs of white space. */
  #between(from: number, to: number): string {
    let text = '';
    let start = from;
    for (const gap of this.#gaps) {
      if (gap.from < start || gap.to > to) continue;
      text += this.#text.slice(start, gap.from);
      start = gap.to;
    }
    return text + this.#text.slice(start, to);
  }

  /** Whether a frame that is closed has a long text which nothing was parsed of: it has no comma. */
  #isLong({ from }: Frame): boolean {
    return this.#at - from > pieceLength && !whiteSpace.test(this.#between(from, this.#at));
  }

  #comma(): void {
    const frame = this.#frame;
    if (frame) {
      if (this.#at - frame.from > pieceLength || frame.hasBuilt) this.#takePiece(frame, this.#at);
      frame.next();
      this.#valuesLeft--;
    }
    this.#at++;
  }

  #string(): void {
    const start = this.#at;
    this.#at = this.#endOfString(start);
    if ((this.#at - start) * bytesPerUnit > this.maxStringBytes) this.#refuseLong(start);
    const frame = this.#frame;
    if (!frame?.expectsKey) return;
    const key = this.#key(start, this.#at);
    if (!frame.addKey(key)) throw new DuplicateMember(duplicateOf(this.#frames));
  }

  #refuseLong(start: number): void {
    const bytes = leastTextBytes(this.#text, start, this.#at, this.maxStringBytes);
    if (bytes > this.maxStringBytes) throw new StringTooLong(bytes);
  }

  #endOfString(start: number): number {
    const text = this.#text;
    for (let at = start + 1; ; at++) {
      at = text.indexOf('"', at);
      if (at < 0) throw new NotJson('it ends within a string.');
      let backslashes = 0;
      while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
      if (backslashes % 2 === 0) return at + 1;
    }
  }

  #key(start: number, end: number): string {
    const raw = this.#text.slice(start + 1, end - 1);
    return raw.includes('\\') ? (this.#parse(this.#text.slice(start, end), start) as string) : raw;
  }

  #number(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    let hasExponent = false;
    for (; ; at++) {
      const unit = text.charCodeAt(at);
      if (at - start > longestNumber) {
        const pointer = Frame.pointer(this.#frames);
        throw new UnsupportedValue(pointer, 'it has more digits than a double keeps; send it as a string.');
      }
      if ((unit >= 0x30 && unit <= 0x39) || unit === 0x2e || unit === 0x2b || unit === 0x2d) continue;
      if (unit !== 0x45 && unit !== 0x65) break;
      hasExponent = true;
    }
    this.#at = at;
    if (!hasExponent && at - start <= shortNumber) return;
    const reason = unfaithfulNumberText(text.slice(start, at));
    if (reason !== undefined) throw new UnsupportedValue(Frame.pointer(this.#frames), reason);
  }

  #open(isObject: boolean): void {
    if (this.#frames.length === maxTextDepth) {
      throw new StateTooDeep(Frame.pointer(this.#frames), maxTextDepth);
    }
    this.#frame = new Frame(this.#at, isObject);
    this.#frames.push(this.#frame);
    this.#valuesLeft--;
    this.#at++;
  }

  #close(isObject: boolean): void {
    const frame = this.#frame;
    if (frame?.isObject !== isObject) throw unexpectedAt(this.#at);
    if (frame.isBuilt || this.#isLong(frame)) this.#takePiece(frame, this.#at);
    this.#at++;
    this.#frames.pop();
    this.#frame = this.#frames.at(-1);
    if (!frame.isBuilt) return;
    this.#handOver(frame.start, frame.close(this.#between(frame.start, this.#at)));
  }

  /** Adds a value that was parsed in pieces to its parent. */
  #handOver(start: number, value: JsonValue): void {
    const parent = this.#frame;
    if (!parent) {
      const text = this.#text;
      const isAlone = isWhiteSpace(text, 0, start) && isWhiteSpace(text, this.#at, text.length);
      if (!isAlone) throw new NotJson('there is text around it.');
      this.#result = { value };
      this.#at = text.length;
      return;
    }
    // There is no comma between the two values.
    if (parent.hasBuilt) throw unexpectedAt(start);
    const before = this.#between(parent.from, start);
    const piece = parent.isObject ? `{${before}null}` : `[${before}null]`;
    parent.takeBefore(this.#parse(piece, parent.from - 1), value);
    parent.from = this.#at;
  }

  /** Parses the text of a frame up to here. */
  #takePiece(frame: Frame, end: number): void {
    const piece = this.#between(frame.from, end);
    const isEmpty = whiteSpace.test(piece);
    // Only white space may follow a value that was parsed on its own; between two commas there must be a value.
    if (isEmpty !== frame.hasBuilt) throw unexpectedAt(end);
    if (!isEmpty) frame.take(this.#parse(frame.isObject ? `{${piece}}` : `[${piece}]`, frame.from - 1));
    frame.hasBuilt = false;
    frame.from = end + 1;
  }

  #parse(piece: string, offset: number): JsonValue {
    try {
      return JSON.parse(piece) as JsonValue;
    } catch (error) {
      throw new NotJson(reasonOf(error as Error, offset));
    }
  }
}

/**
 * Reads a JSON text in one go, as strictly as `JsonReader`.
 * @throws NotJson, TooManyValues, UnsupportedValue, StateTooDeep
 */
export function readJson(text: string, maxValues?: number): JsonValue {
  const reader = new JsonReader(text, maxValues);
  reader.read();
  return reader.value;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d && unit !== 0x0b && unit !== 0x0c);
}

function isWhiteSpace(text: string | WindowedText, from: number, to: number): boolean {
  return from === to || whiteSpace.test(text.slice(from, to));
}

function unexpectedAt(position: number): NotJson {
  return new NotJson(`unexpected text at position ${position}.`);
}

// JSON.parse quotes the text around the mistake, which may hold state values.
function reasonOf({ message }: Error, offset: number): string {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return 'it ends too early or holds unexpected text.';
  return `unexpected text at position ${offset + Number(position)}.`;
}

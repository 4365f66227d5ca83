import { type JsonObject, type JsonValue, appendToken, canonicalJson } from '@nexus-state/documents';
import type { PointerGlobs } from './pointer-globs';

/** How the text of an outline is written: as it is, or with what XML does not allow in text replaced. */
export type Markup = 'plain' | 'xml';

/** A value in an outline, behind the value that holds it and before its own members. */
export interface OutlineNode {
  /** From the value that the outline is of (RFC 6901). */
  readonly pointer: string;
  /** Where its text begins and ends in the text of the outline. */
  readonly start: number;
  readonly end: number;
  /** Its first and last line. */
  readonly first: number;
  readonly last: number;
  /** The number of nodes that it is, with all below it. */
  readonly size: number;
}

/**
 * A value as lines of JSON: short values take one line, others a line for each of their members. Every line begins with a character
 * that is no white space and no slash, and ends with a line feed, so that tokenizers count lines as if each stood alone.
 */
export interface Outline {
  /** All lines. */
  readonly text: string;
  /** The values, each before its members; the first is the whole. */
  readonly nodes: readonly OutlineNode[];
}

/** Values of so many characters and less are written on one line, and not taken apart. */
export const leafLength = 240;

const notInXml = /[&<>\ufffe\uffff]/g;
const xmlTexts: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\ufffe': '\\ufffe',
  '\uffff': '\\uffff',
};

/** The text of JSON behind one in a markup. */
export function outOfMarkup(text: string, markup: Markup): string {
  if (markup === 'plain') return text;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A text of JSON in a markup. */
export function inMarkup(text: string, markup: Markup): string {
  return markup === 'plain' ? text : text.replace(notInXml, (character) => xmlTexts[character] as string);
}

/** The outline of a value. Members are in the order of the canonical text. */
export function outlineOf(value: JsonValue, markup: Markup): Outline {
  const writer = new OutlineWriter(markup);
  writer.write(value, '', '', '');
  return { text: writer.lines.join(''), nodes: writer.nodes };
}

/** The outline of a value that is a part of a state, with where the value is. */
export interface PointedOutline extends Outline {
  readonly pointer: string;
}

/** The outlines of the values of a state that patterns match; of all of it without patterns. */
export function outlinesOf(state: JsonValue, markup: Markup, globs?: PointerGlobs): PointedOutline[] {
  const values = globs ? globs.select(state) : [{ pointer: '', value: state }];
  return values.map(({ pointer, value }) => ({ pointer, ...outlineOf(value, markup) }));
}

/** The nodes right below one. */
export function* childrenOf(nodes: readonly OutlineNode[], index: number): Generator<number> {
  const end = index + (nodes[index] as OutlineNode).size;
  for (let at = index + 1; at < end; at += (nodes[at] as OutlineNode).size) yield at;
}

class OutlineWriter {
  readonly lines: string[] = [];
  readonly nodes: OutlineNode[] = [];
  readonly #lengths = new Map<object, number>();
  #offset = 0;

  constructor(private readonly markup: Markup) {}

  write(value: JsonValue, pointer: string, before: string, after: string): void {
    const index = this.nodes.length;
    const first = this.lines.length;
    const start = this.#offset + before.length;
    this.nodes.push({ pointer, start, end: start, first, last: first, size: 1 });
    if (!isContainer(value) || this.#length(value) <= leafLength) {
      this.#line(`${before}${inMarkup(canonicalJson(value), this.markup)}${after}`);
    } else {
      const isList = Array.isArray(value);
      this.#line(`${before}${isList ? '[' : '{'}`);
      const members = membersOf(value);
      members.forEach(([key, member], at) => {
        const name = isList ? '' : `${inMarkup(JSON.stringify(key), this.markup)}:`;
        this.write(member, appendToken(pointer, key), name, at === members.length - 1 ? '' : ',');
      });
      this.#line(`${isList ? ']' : '}'}${after}`);
    }
    const end = this.#offset - after.length - 1;
    const last = this.lines.length - 1;
    this.nodes[index] = { pointer, start, end, first, last, size: this.nodes.length - index };
  }

  #line(text: string): void {
    this.lines.push(`${text}\n`);
    this.#offset += text.length + 1;
  }

  /** The length of the canonical text of an object or array. */
  #length(value: object): number {
    const known = this.#lengths.get(value);
    if (known !== undefined) return known;
    let length = 1;
    for (const [key, member] of Object.entries(value) as [string, JsonValue][]) {
      length += 1 + (Array.isArray(value) ? 0 : JSON.stringify(key).length + 1);
      length += isContainer(member) ? this.#length(member) : JSON.stringify(member).length;
    }
    this.#lengths.set(value, Math.max(length, 2));
    return length;
  }
}

function isContainer(value: JsonValue): value is JsonObject | JsonValue[] {
  return typeof value === 'object' && value !== null;
}

function membersOf(value: JsonObject | readonly JsonValue[]): [string, JsonValue][] {
  const entries = Object.entries(value) as [string, JsonValue][];
  if (Array.isArray(value)) return entries;
  return entries.sort(([one], [other]) => (one < other ? -1 : 1));
}

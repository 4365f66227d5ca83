import { checksumOf } from '../panels/model';
import { parsePointer } from '@nexus-state/documents';
import {
  type Markup,
  type Outline,
  type OutlineNode,
  type RankedText,
  countTerms,
  outOfMarkup,
} from './model';
import type { Vocabulary } from './ports';
import type { TokenCounter } from './token-counter';

/** A piece of a state that is ranked by itself: neither a single word nor a whole book. */
export interface Passage extends RankedText {
  /** Its node in the outline. */
  readonly index: number;
  /** What is embedded of it: its beginning. */
  readonly text: string;
  /** The checksum of that. */
  readonly checksum: string;
}

/** Values of so many characters are one passage; larger ones are several. */
const passageLength = 1_000;
/** So much of a passage is embedded, and searched for words. */
const embeddedLength = 2_000;
const searchedLength = 20_000;

/** An outline whose tokens are counted. */
export class CountedOutline {
  /** What it costs to keep it in memory, about, in bytes. */
  readonly cost: number;
  /** Tokens of all lines before each line. */
  readonly #before: readonly number[];
  #alone: Promise<readonly number[]> | undefined;
  #passages: readonly Passage[] | undefined;

  /** @param lineTokens the tokens of each line */
  constructor(
    readonly outline: Outline,
    lineTokens: readonly number[],
    private readonly markup: Markup,
    private readonly vocabulary: Vocabulary,
  ) {
    const before = [0];
    for (const tokens of lineTokens) before.push((before.at(-1) as number) + tokens);
    this.#before = before;
    this.cost = 1_000 + outline.text.length * 8 + outline.nodes.length * 200 + before.length * 8;
  }

  /** The tokens of the whole, with its last line feed. */
  get tokens(): number {
    return this.#before.at(-1) as number;
  }

  get nodes(): readonly OutlineNode[] {
    return this.outline.nodes;
  }

  /** A value as it is written alone, with a line feed. */
  textOf(index: number): string {
    const { start, end } = this.nodes[index] as OutlineNode;
    return `${this.outline.text.slice(start, end)}\n`;
  }

  /** The tokens of each value where it is written alone. */
  tokensAlone(counter: TokenCounter): Promise<readonly number[]> {
    this.#alone ??= this.#countAlone(counter).catch((error: unknown) => {
      this.#alone = undefined;
      throw error;
    });
    return this.#alone;
  }

  /** The passages, in order. Each value is in one of them, or holds several. */
  get passages(): readonly Passage[] {
    this.#passages ??= this.#passageIndexes().map((index) => this.#passage(index));
    return this.#passages;
  }

  async #countAlone(counter: TokenCounter): Promise<readonly number[]> {
    const texts = this.nodes.map((node, index) => (node.size === 1 ? this.textOf(index) : ''));
    const brackets = ['{\n', '}\n', '[\n', ']\n'];
    const counts = await counter.count(this.vocabulary, [...texts, ...brackets]);
    const [openBrace = 0, closeBrace = 0, openBracket = 0, closeBracket = 0] = counts.slice(texts.length);
    return this.nodes.map(({ first, last, start, size }, index) => {
      if (size === 1) return counts[index] as number;
      const inside = (this.#before[last] as number) - (this.#before[first + 1] as number);
      const isObject = this.outline.text[start] === '{';
      return inside + (isObject ? openBrace + closeBrace : openBracket + closeBracket);
    });
  }

  #passageIndexes(): number[] {
    const indexes: number[] = [];
    for (let at = 0; at < this.nodes.length;) {
      const { start, end, size } = this.nodes[at] as OutlineNode;
      const isPassage = size === 1 || end - start <= passageLength;
      if (isPassage) indexes.push(at);
      at += isPassage ? size : 1;
    }
    return indexes;
  }

  #passage(index: number): Passage {
    const { start, end, pointer } = this.nodes[index] as OutlineNode;
    const name = parsePointer(pointer)?.at(-1);
    const value = outOfMarkup(
      this.outline.text.slice(start, Math.min(end, start + searchedLength)),
      this.markup,
    );
    const text = `${name === undefined ? '' : `${JSON.stringify(name)}:`}${value}`;
    const terms = countTerms(`${pointer} ${value}`);
    const length = [...terms.values()].reduce((sum, count) => sum + count, 0);
    const embedded = text.slice(0, embeddedLength).toWellFormed();
    return { index, terms, length, text: embedded, checksum: checksumOf(embedded) };
  }
}

/** The lines of an outline, each with its line feed. */
export function linesOf({ text }: Outline): string[] {
  return text.split(/(?<=\n)/);
}

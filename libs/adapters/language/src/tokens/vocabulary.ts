import type { Vocabulary } from '@nexus-state/state-core';
import { countPairs } from './byte-pairs';

/** Pieces of so many characters are remembered, and so many of them. */
const rememberedLength = 32;
const rememberedPieces = 50_000;

// eslint-disable-next-line no-control-regex
const beyondAscii = /[^\u0000-\u007f]/;

/** A vocabulary in memory. Special tokens are unknown to it: in a state, they are plain text. */
export class VocabularyCounter {
  readonly #ranks = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  #longest = 0;

  /**
   * @param tokens the tokens by rank, as texts or bytes
   * @param pieces finds the pieces that texts are split into
   */
  constructor(
    tokens: readonly (string | readonly number[] | undefined)[],
    private readonly pieces: RegExp,
  ) {
    tokens.forEach((token, rank) => {
      if (token === undefined) return;
      const bytes = typeof token === 'string' ? bytesOf(token) : String.fromCharCode(...token);
      this.#ranks.set(bytes, rank);
      this.#longest = Math.max(this.#longest, bytes.length);
    });
  }

  /** The number of tokens of a text. */
  count(text: string): number {
    let count = 0;
    for (const [piece] of text.matchAll(this.pieces)) count += this.#countPiece(piece);
    return count;
  }

  #countPiece(piece: string): number {
    if (piece.length > rememberedLength) return countPairs(bytesOf(piece), this.#ranks, this.#longest);
    const known = this.#counts.get(piece);
    if (known !== undefined) return known;
    const count = countPairs(bytesOf(piece), this.#ranks, this.#longest);
    if (this.#counts.size >= rememberedPieces) this.#counts.clear();
    this.#counts.set(piece, count);
    return count;
  }
}

/** The bytes of a text in UTF-8, one character a byte. */
function bytesOf(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

const loaders: Readonly<Record<Vocabulary, () => Promise<VocabularyCounter>>> = {
  o200k_base: async () => {
    const { default: tokens } = await import('gpt-tokenizer/bpeRanks/o200k_base');
    const { O200K_TOKEN_SPLIT_REGEX } = await import('gpt-tokenizer/encodingParams/constants');
    return new VocabularyCounter(tokens, O200K_TOKEN_SPLIT_REGEX);
  },
  cl100k_base: async () => {
    const { default: tokens } = await import('gpt-tokenizer/bpeRanks/cl100k_base');
    const { CL100K_TOKEN_SPLIT_REGEX } = await import('gpt-tokenizer/encodingParams/constants');
    return new VocabularyCounter(tokens, CL100K_TOKEN_SPLIT_REGEX);
  },
};

const loaded = new Map<Vocabulary, Promise<VocabularyCounter>>();

/** A vocabulary; it is loaded when it is first asked for, which takes a second and some 60 MB. */
export function vocabularyOf(name: Vocabulary): Promise<VocabularyCounter> {
  let counter = loaded.get(name);
  if (!counter) loaded.set(name, (counter = loaders[name]()));
  return counter;
}

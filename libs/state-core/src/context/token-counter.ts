import { BoundedCache } from './model';
import type { Tokenizer, Vocabulary } from './ports';

/** Texts of so many characters are remembered with their counts: the heads of parts, which come back with every request. */
const rememberedLength = 300;
const rememberedCost = 16 * 1024 * 1024;

/** Counts tokens, and remembers the counts of short texts. */
export class TokenCounter {
  readonly #counts = new BoundedCache<number>(rememberedCost);

  constructor(private readonly tokenizer: Tokenizer) {}

  /** The exact numbers of tokens of texts; see `Tokenizer`. */
  async count(vocabulary: Vocabulary, texts: readonly string[]): Promise<readonly number[]> {
    const counts = texts.map((text) => (text === '' ? 0 : this.#known(vocabulary, text)));
    const unknown = [...new Set(texts.filter((_, index) => counts[index] === undefined))];
    if (unknown.length === 0) return counts as number[];
    const counted = await this.tokenizer.count(vocabulary, unknown);
    const found = new Map(unknown.map((text, index) => [text, counted[index] as number]));
    for (const [text, count] of found)
      if (text.length <= rememberedLength)
        this.#counts.set(`${vocabulary} ${text}`, count, text.length * 2 + 100);
    return texts.map((text, index) => counts[index] ?? (found.get(text) as number));
  }

  #known(vocabulary: Vocabulary, text: string): number | undefined {
    return text.length > rememberedLength ? undefined : this.#counts.get(`${vocabulary} ${text}`);
  }
}

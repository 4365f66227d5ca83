/** A vocabulary that tokens are counted by. */
export type Vocabulary = 'o200k_base' | 'cl100k_base';

/** Counts tokens, off the event loop. */
export interface Tokenizer {
  /**
   * The exact numbers of tokens of texts. Special tokens count as the plain text that they are written as. The work grows with
   * the length of the texts, whatever they hold.
   * @throws Unavailable when there is too much to count
   */
  count(vocabulary: Vocabulary, texts: readonly string[]): Promise<readonly number[]>;
}

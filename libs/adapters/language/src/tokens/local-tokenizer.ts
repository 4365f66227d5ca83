import type { Tokenizer, Vocabulary } from '@nexus-state/state-core';
import { vocabularyOf } from './vocabulary';

/** Counts tokens where it is asked to: for tests, and processes that no requests wait for. */
export class LocalTokenizer implements Tokenizer {
  async count(vocabulary: Vocabulary, texts: readonly string[]): Promise<readonly number[]> {
    const counter = await vocabularyOf(vocabulary);
    return texts.map((text) => counter.count(text));
  }
}

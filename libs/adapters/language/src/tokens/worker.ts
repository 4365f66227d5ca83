import type { Vocabulary } from '@nexus-state/state-core';
import { vocabularyOf } from './vocabulary';

/** Texts whose tokens are to be counted. */
export interface CountTask {
  readonly vocabulary: Vocabulary;
  /** All of them, one after the other. */
  readonly text: string;
  /** The length of each. */
  readonly lengths: Uint32Array;
}

/** Counts the tokens of texts; what a thread of `TokenizerPool` runs. */
export default async function count({ vocabulary, text, lengths }: CountTask): Promise<Uint32Array> {
  const counter = await vocabularyOf(vocabulary);
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return counter.count(text.slice(start - length, start));
  });
}

import { type EmbeddingProvider, mapInTurns, meaningfulTerms } from '@nexus-state/state-core';

const dimensions = 384;
/** A word counts so much against one of its pieces. */
const wordWeight = 3;
const pieceLength = 3;

/**
 * Vectors without a model and without a network: each word of a text, and each three letters of it, point into a direction that their
 * hash chooses. Texts with words alike, or spelled alike, get vectors of a small angle; synonyms do not.
 */
export class HashedEmbeddings implements EmbeddingProvider {
  readonly id = `hashed-${dimensions}`;
  readonly isStored = false;

  embed(texts: readonly string[]): Promise<Float32Array[]> {
    return mapInTurns(texts, vectorOf);
  }
}

function vectorOf(text: string): Float32Array {
  const counts = new Map<string, number>();
  for (const word of meaningfulTerms(text)) {
    counts.set(word, (counts.get(word) ?? 0) + wordWeight);
    const padded = `<${word}>`;
    for (let at = 0; at + pieceLength <= padded.length; at++) {
      const piece = `#${padded.slice(at, at + pieceLength)}`;
      counts.set(piece, (counts.get(piece) ?? 0) + 1);
    }
  }
  const vector = new Float32Array(dimensions);
  for (const [feature, count] of counts) {
    const hash = fnv1a(feature);
    const at = (hash >>> 1) % dimensions;
    vector[at] = (vector[at] as number) + (hash & 1 ? 1 : -1) * Math.log1p(count);
  }
  return vector;
}

/** FNV-1a over UTF-16 units: 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

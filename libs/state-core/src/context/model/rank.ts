import { meaningfulTerms } from './terms';

/** A passage as it is ranked. */
export interface RankedText {
  /** How often each term is in it. */
  readonly terms: ReadonlyMap<string, number>;
  /** The number of its terms, repeated ones included. */
  readonly length: number;
}

/** Of BM25 (Robertson and Zaragoza, 2009): how soon repetition stops to matter, and how much length does. */
const saturation = 1.2;
const lengthWeight = 0.75;

/** Of reciprocal rank fusion (Cormack et al., 2009): how little the first ranks differ. */
const rankOffset = 60;

/** From so many passages on, a term that most of them have says nothing. */
const manyPassages = 8;

/**
 * The scores of passages for a query by BM25; 0 for one without any of its terms. What is ranked is all that counts: a passage that
 * a caller cannot see is not to be among them, for how rare a term is would tell of it.
 */
export function lexicalScores(passages: readonly RankedText[], query: string): number[] {
  const average = passages.reduce((sum, { length }) => sum + length, 0) / Math.max(passages.length, 1) || 1;
  const scores = passages.map(() => 0);
  for (const term of new Set(meaningfulTerms(query))) {
    const found = passages.flatMap(({ terms }, index) => (terms.has(term) ? [index] : []));
    if (found.length === 0) continue;
    if (passages.length >= manyPassages && found.length > passages.length / 2) continue;
    const rarity = Math.log(1 + (passages.length - found.length + 0.5) / (found.length + 0.5));
    for (const index of found) {
      const { terms, length } = passages[index] as RankedText;
      const count = terms.get(term) as number;
      const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / average);
      scores[index] = (scores[index] as number) + (rarity * count * (saturation + 1)) / (count + norm);
    }
  }
  return scores;
}

/**
 * The scores of passages by the cosines of the angles between their vectors and that of a query; 0 for one that stands out no more than
 * the others do, or has none. What an angle means differs between models, so they are held against each other.
 */
export function semanticScores(cosines: readonly (number | undefined)[]): number[] {
  const angles = cosines.map((angle) => angle ?? 0);
  const mean = angles.reduce((sum, angle) => sum + angle, 0) / Math.max(angles.length, 1);
  const variance = angles.reduce((sum, angle) => sum + (angle - mean) ** 2, 0) / Math.max(angles.length, 1);
  const least = mean + Math.sqrt(variance);
  return angles.map((angle) => (angle > 0 && angle >= least ? angle : 0));
}

/** The place of each score among the scores, from 1; undefined for a score of 0. Equal scores are in the order given. */
export function ranksOf(scores: readonly number[]): (number | undefined)[] {
  const order = scores.flatMap((score, index) => (score > 0 ? [index] : []));
  order.sort((one, other) => (scores[other] as number) - (scores[one] as number) || one - other);
  const ranks: (number | undefined)[] = scores.map(() => undefined);
  order.forEach((index, rank) => (ranks[index] = rank + 1));
  return ranks;
}

/** Scores that go by several rankings at once (reciprocal rank fusion); 0 for what none of them has. */
export function fused(
  rankings: readonly { readonly ranks: readonly (number | undefined)[]; readonly weight: number }[],
): number[] {
  const count = rankings[0]?.ranks.length ?? 0;
  return Array.from({ length: count }, (_, index) =>
    rankings.reduce((sum, { ranks, weight }) => {
      const rank = ranks[index];
      return rank === undefined ? sum : sum + weight / (rankOffset + rank);
    }, 0),
  );
}

/** The cosine of the angle between two vectors; 0 where they are of different lengths, or one of them is zero. */
export function cosine(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return 0;
  let product = 0;
  let ones = 0;
  let others = 0;
  for (let at = 0; at < one.length; at++) {
    const a = one[at] as number;
    const b = other[at] as number;
    product += a * b;
    ones += a * a;
    others += b * b;
  }
  return ones > 0 && others > 0 ? product / Math.sqrt(ones * others) : 0;
}

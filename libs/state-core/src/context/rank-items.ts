import type { ContextItem, RankedItem } from './context-item';
import type { Passage } from './counted-outline';
import type { Embeddings } from './embeddings';
import {
  type OutlineNode,
  type RankedText,
  countTerms,
  fused,
  lexicalScores,
  ranksOf,
  semanticScores,
} from './model';
import { FairTurns } from '../concurrency';

/** A passage of an item, with its score for a query; 0 where it has nothing to do with it. */
export interface ScoredPassage {
  readonly item: ContextItem;
  readonly passage: Passage;
  readonly score: number;
}

/** What a query has found. */
export interface Found {
  readonly passages: readonly ScoredPassage[];
  /** Whether vectors were missing, so that the same question may be answered in another way later. */
  readonly isPartial: boolean;
}

/** How much what is newer, and what is smaller, counts beside what is asked for. */
const recencyWeight = 0.25;
const sizeWeight = 0.1;

/** Scores the passages of items for a query, by their words and by their vectors. */
export async function scorePassages(
  owner: string,
  items: readonly ContextItem[],
  query: string,
  embeddings: Embeddings,
): Promise<Found> {
  const passages: { item: ContextItem; passage: Passage }[] = [];
  const texts: RankedText[] = [];
  const turns = new FairTurns();
  for (const item of items) {
    const named = countTerms(`${item.panelId} ${item.pointer}`);
    for (const passage of item.content?.passages ?? []) {
      passages.push({ item, passage });
      texts.push(withTerms(passage, named));
    }
    await turns.pause();
  }
  const similarities = await embeddings.similarities(
    owner,
    passages.map(({ passage }) => passage),
    query,
  );
  const scores = fused([
    { ranks: ranksOf(lexicalScores(texts, query)), weight: 1 },
    { ranks: ranksOf(semanticScores(similarities)), weight: 1 },
  ]);
  return {
    passages: passages.map((found, index) => ({ ...found, score: scores[index] as number })),
    isPartial: similarities.includes(undefined),
  };
}

/**
 * Ranks items, the best first: by what a query has found, by when they were changed, and by their size.
 * @param found undefined without a query, or where it has found nothing
 */
export function rankItems(
  items: readonly ContextItem[],
  found: readonly ScoredPassage[] | undefined,
): RankedItem[] {
  const byPanel = new Map<ContextItem, ScoredPassage[]>();
  for (const one of found ?? []) {
    const others = byPanel.get(one.item);
    if (others) others.push(one);
    else byPanel.set(one.item, [one]);
  }
  const newest = [...new Set(items.map(({ updatedAt }) => updatedAt))].sort().reverse();
  const places = new Map(newest.map((instant, index) => [instant, index + 1]));
  const recency = items.map(({ updatedAt }) => places.get(updatedAt));
  const sizes = ranksOf(items.map((item) => 1 / (1 + sizeOf(item))));
  const likely = fused([
    { ranks: recency, weight: recencyWeight },
    { ranks: sizes, weight: sizeWeight },
  ]);
  const ranked = items.map((item, index): RankedItem => {
    const extra = likely[index] as number;
    if (!found) return { item, score: rounded(extra) };
    if (!item.content) return { item, score: rounded(extra) };
    const nodeScores = scoresOfNodes(item, byPanel.get(item) ?? []);
    const best = nodeScores[0] as number;
    return { item, nodeScores, score: best > 0 ? rounded(best + extra) : 0 };
  });
  return ranked
    .map((one, index) => ({ one, index }))
    .sort((a, b) => b.one.score - a.one.score || a.index - b.index)
    .map(({ one }) => one);
}

function scoresOfNodes({ content }: ContextItem, found: readonly ScoredPassage[]): number[] {
  const nodes = content?.nodes ?? [];
  const scores = nodes.map(() => 0);
  for (const { passage, score } of found) {
    const { size } = nodes[passage.index] as OutlineNode;
    scores.fill(rounded(score), passage.index, passage.index + size);
  }
  // From the back, each node hands its score on to the one that holds it.
  const holders: number[] = [];
  nodes.forEach(({ size }, index) => {
    while (holders.length > 0) {
      const holder = holders.at(-1) as number;
      if (index < holder + (nodes[holder] as OutlineNode).size) break;
      holders.pop();
    }
    for (const holder of holders)
      scores[holder] = Math.max(scores[holder] as number, scores[index] as number);
    if (size > 1) holders.push(index);
  });
  return scores;
}

function withTerms(text: RankedText, more: ReadonlyMap<string, number>): RankedText {
  const terms = new Map(text.terms);
  for (const [term, count] of more) terms.set(term, (terms.get(term) ?? 0) + count);
  return { terms, length: text.length + more.size };
}

function sizeOf({ content, unreadTokens, note = '' }: ContextItem): number {
  return content?.tokens ?? unreadTokens ?? note.length;
}

function rounded(score: number): number {
  return Math.round(score * 1e6) / 1e6;
}

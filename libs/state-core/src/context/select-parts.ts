import type { RankedItem } from './context-item';
import type { CountedOutline } from './counted-outline';
import { type FormatRules, type OutlineNode, childrenOf, sourceOf } from './model';
import type { OmittedPart } from './context-request';
import type { Vocabulary } from './ports';
import type { TokenCounter } from './token-counter';

/** A value that is taken into a context. */
export interface SelectedPart {
  /** The node in the content of its item; undefined for a note alone. */
  readonly index: number | undefined;
  readonly pointer: string;
  readonly tokens: number;
  readonly score: number;
}

/** What is taken of an item. */
export interface Selection {
  readonly ranked: RankedItem;
  /** In the order of the state. */
  readonly parts: readonly SelectedPart[];
  /** Says what is left out of it, where it was cut. */
  readonly cut?: { readonly text: string; readonly tokens: number } | undefined;
  readonly omitted: readonly Omit<OmittedPart, 'panelId'>[];
}

/** What selecting needs. */
export interface Selecting {
  readonly rules: FormatRules;
  readonly vocabulary: Vocabulary;
  readonly counter: TokenCounter;
  /** Whether there is a query, so that only what has to do with it is taken. */
  readonly isQuery: boolean;
}

/** So many items are cut, at most: each costs a count of the heads of its parts. */
const maxCut = 8;
/** Below so many tokens, cutting an item yields nothing worth reading. */
const leastCut = 24;
/** So many parts of one level are looked at, at most. */
const maxLevel = 5_000;

/** Chooses what fits into a budget. Each method takes from it. */
export class PartSelection {
  #left: number;
  #cuts = 0;

  constructor(
    private readonly budget: number,
    private readonly ports: Selecting,
  ) {
    this.#left = budget;
  }

  /** What is left of the budget. */
  get left(): number {
    return this.#left;
  }

  /**
   * Chooses from items, the best first: whole ones as long as they fit, then pieces of those that did not. With a query, an item
   * that does not fit is cut at once, for it is better than those behind it.
   * @returns the choice for each item, in the order given
   */
  async choose(items: readonly RankedItem[]): Promise<Selection[]> {
    const heads = await this.#headTokens(items.map((ranked) => this.#headOf(ranked)));
    const chosen = new Map<RankedItem, Selection>();
    const deferred: RankedItem[] = [];
    for (const [at, ranked] of items.entries()) {
      const { item, score } = ranked;
      const tokens = (heads[at] as number) + valueTokens(ranked);
      if (this.ports.isQuery && score <= 0) chosen.set(ranked, omittedWhole(ranked, 'relevance'));
      else if (tokens <= this.#left && item.unreadTokens === undefined && !this.#isTooMuch(ranked, tokens))
        chosen.set(ranked, this.#take(ranked, tokens));
      else if (this.ports.isQuery) chosen.set(ranked, await this.#cut(ranked));
      else deferred.push(ranked);
    }
    for (const ranked of deferred) chosen.set(ranked, await this.#cut(ranked));
    return items.map((ranked) => chosen.get(ranked) as Selection);
  }

  /** Whether an item would take more than its share, so that only what the query asks for is taken of it. */
  #isTooMuch({ nodeScores }: RankedItem, tokens: number): boolean {
    return nodeScores !== undefined && tokens > this.budget / 2 && nodeScores.some((score) => score <= 0);
  }

  #take({ item, score, ...rest }: RankedItem, tokens: number): Selection {
    this.#left -= tokens;
    const index = item.content ? 0 : undefined;
    return {
      ranked: { item, score, ...rest },
      parts: [{ index, pointer: item.pointer, tokens, score }],
      omitted: [],
    };
  }

  /** Takes of an item what fits, at the boundaries of members. */
  async #cut(ranked: RankedItem): Promise<Selection> {
    const { content } = ranked.item;
    const whole = omittedWhole(ranked, 'budget');
    if (!content || content.nodes.length === 1 || this.#left < leastCut || this.#cuts >= maxCut) return whole;
    this.#cuts++;
    const { counter } = this.ports;
    const tokens = await content.tokensAlone(counter);
    // The longest that the sentence can become: numbers of fewer digits have no more tokens.
    const most = this.#cutText(ranked, content.nodes.length, sumOf(tokens.map((one) => ({ tokens: one }))));
    const [reserve = 0] = await this.#headTokens([most]);
    const before = this.#left;
    this.#left -= reserve;
    const parts = this.#left > 0 ? await this.#takeLevels(ranked, content, tokens) : [];
    if (parts.length === 0) {
      this.#left = before;
      return whole;
    }
    const omitted = omittedNodes(ranked, content, tokens, parts);
    const text = this.#cutText(ranked, omitted.length, sumOf(omitted));
    const [cutTokens = 0] = await this.#headTokens([text]);
    this.#left += reserve - cutTokens;
    return { ranked, parts, omitted, cut: { text, tokens: cutTokens } };
  }

  /** Takes nodes level by level: the best of a level first, and of those that do not fit their members. */
  async #takeLevels(
    ranked: RankedItem,
    content: CountedOutline,
    tokens: readonly number[],
  ): Promise<SelectedPart[]> {
    const { nodeScores, item } = ranked;
    const parts: SelectedPart[] = [];
    const scoreOf = (index: number) => (nodeScores ? (nodeScores[index] as number) : ranked.score);
    let level = [...childrenOf(content.nodes, 0)];
    while (level.length > 0 && this.#left > 0) {
      const wanted = level.filter((index) => !nodeScores || scoreOf(index) > 0);
      wanted.sort((one, other) => scoreOf(other) - scoreOf(one) || one - other);
      const looked = wanted.slice(0, maxLevel);
      const left = this.#left;
      const fitting = looked.filter((index) => (tokens[index] as number) < left);
      const heads = await this.#headTokens(
        fitting.map((index) => this.#head(ranked, pointerOf(item.pointer, content, index))),
      );
      const costs = new Map(
        fitting.map((index, at) => [index, (heads[at] as number) + (tokens[index] as number)]),
      );
      const below: number[] = [];
      for (const index of looked) {
        const cost = costs.get(index);
        const isWhole = !nodeScores || isRelevantWhole(nodeScores, index, content.nodes);
        if (cost !== undefined && cost <= this.#left && isWhole) {
          this.#left -= cost;
          const pointer = pointerOf(item.pointer, content, index);
          parts.push({ index, pointer, tokens: cost, score: scoreOf(index) });
        } else below.push(...childrenOf(content.nodes, index));
      }
      level = below;
    }
    return parts.sort((one, other) => (one.index as number) - (other.index as number));
  }

  #headOf(ranked: RankedItem): string {
    return this.#head(ranked, ranked.item.pointer);
  }

  /** All of a part but its value. */
  #head({ item }: RankedItem, pointer: string): string {
    const { rules } = this.ports;
    const hasValue = item.content !== undefined;
    return (
      rules.head(sourceOf(item.panelId, item.version, pointer), item.note, hasValue) + rules.tail(hasValue)
    );
  }

  #cutText({ item }: RankedItem, parts: number, tokens: number): string {
    return this.ports.rules.cut(sourceOf(item.panelId, item.version, item.pointer), parts, tokens);
  }

  /** The tokens of texts of whole lines. */
  async #headTokens(texts: readonly string[]): Promise<readonly number[]> {
    return this.ports.counter.count(this.ports.vocabulary, texts);
  }
}

function pointerOf(base: string, content: CountedOutline, index: number): string {
  return base + (content.nodes[index] as OutlineNode).pointer;
}

function isRelevantWhole(scores: readonly number[], index: number, nodes: readonly OutlineNode[]): boolean {
  const { size } = nodes[index] as OutlineNode;
  for (let at = index; at < index + size; at++) if ((scores[at] as number) <= 0) return false;
  return true;
}

function valueTokens({ item }: RankedItem): number {
  return item.content?.tokens ?? 0;
}

function omittedWhole(ranked: RankedItem, why: OmittedPart['why']): Selection {
  const { pointer, unreadTokens = valueTokens(ranked) } = ranked.item;
  return { ranked, parts: [], omitted: [{ pointer, tokens: unreadTokens, why }] };
}

/** The outermost nodes that are not taken. */
function omittedNodes(
  { item, nodeScores }: RankedItem,
  content: CountedOutline,
  tokens: readonly number[],
  parts: readonly SelectedPart[],
): Omit<OmittedPart, 'panelId'>[] {
  const omitted: Omit<OmittedPart, 'panelId'>[] = [];
  const taken = parts.map(({ index }) => index as number);
  let next = 0;
  for (let at = 0; at < content.nodes.length;) {
    const { size } = content.nodes[at] as OutlineNode;
    const first = taken[next];
    if (first === at) {
      next++;
      at += size;
    } else if (first !== undefined && first < at + size) at++;
    else {
      const why = nodeScores && (nodeScores[at] as number) <= 0 ? 'relevance' : 'budget';
      omitted.push({ pointer: pointerOf(item.pointer, content, at), tokens: tokens[at] as number, why });
      at += size;
    }
  }
  return omitted;
}

function sumOf(parts: readonly { readonly tokens: number }[]): number {
  return parts.reduce((sum, { tokens }) => sum + tokens, 0);
}

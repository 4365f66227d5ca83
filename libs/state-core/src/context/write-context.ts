import type { ContextItem, RankedItem } from './context-item';
import type { Context, ContextPart, OmittedPart } from './context-request';
import { sourceOf } from './model';
import { FairTurns } from '../concurrency';
import { PartSelection, type Selecting, type Selection } from './select-parts';

/** How a context is written. */
export interface ContextWriting {
  readonly workspaceId: string;
  readonly budgetTokens: number;
  readonly selecting: Selecting;
}

/**
 * Writes what fits into a budget.
 * @param ranked the items, the best first
 * @param ordered the same items in the order of the text
 */
export async function writeContext(
  ranked: readonly RankedItem[],
  ordered: readonly ContextItem[],
  { workspaceId, budgetTokens, selecting }: ContextWriting,
): Promise<Pick<Context, 'text' | 'tokens' | 'parts' | 'omitted'>> {
  const { rules, counter, vocabulary } = selecting;
  const [open = 0, close = 0, empty = 0] = await counter.count(vocabulary, [
    rules.open(workspaceId),
    rules.close,
    rules.empty,
  ]);
  const selection = new PartSelection(Math.max(0, budgetTokens - open - close), selecting);
  const chosen = new Map((await selection.choose(ranked)).map((one) => [one.ranked.item, one]));
  const inText = ordered.map((item) => chosen.get(item) as Selection);
  const parts = inText.flatMap((one) => one.parts.map((part) => partOf(one.ranked.item, part)));
  const omitted = inText.flatMap(({ ranked: { item }, omitted: left }) =>
    left.map((one): OmittedPart => ({ panelId: item.panelId, ...one })),
  );
  if (parts.length === 0) {
    const isRoom = empty <= budgetTokens;
    return { text: isRoom ? rules.empty : '', tokens: isRoom ? empty : 0, parts, omitted };
  }
  const texts = [rules.open(workspaceId)];
  let tokens = open + close;
  const turns = new FairTurns();
  for (const { ranked: one, parts: taken, cut } of inText) {
    for (const part of taken) texts.push(textOf(one.item, part, selecting));
    tokens += taken.reduce((sum, part) => sum + part.tokens, 0) + (cut?.tokens ?? 0);
    if (cut) texts.push(cut.text);
    await turns.pause();
  }
  texts.push(rules.close);
  return { text: texts.join(''), tokens, parts, omitted };
}

function textOf(
  { panelId, version, note, content }: ContextItem,
  { index, pointer }: Selection['parts'][number],
  { rules }: Selecting,
): string {
  const hasValue = index !== undefined && content !== undefined;
  const value = hasValue ? content.textOf(index) : '';
  return rules.head(sourceOf(panelId, version, pointer), note, hasValue) + value + rules.tail(hasValue);
}

function partOf({ panelId, version }: ContextItem, part: Selection['parts'][number]): ContextPart {
  const { pointer, tokens, score } = part;
  return { panelId, version, pointer, tokens, score };
}

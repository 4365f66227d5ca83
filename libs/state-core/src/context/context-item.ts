import type { CountedOutline } from './counted-outline';

/** What a context may tell: a value, or a sentence, or both. */
export interface ContextItem {
  readonly panelId: string;
  readonly version: number;
  /** Where it is in the panel. */
  readonly pointer: string;
  /** One line about it. */
  readonly note?: string | undefined;
  /** The value; undefined where there is only a note, or where it was not read. */
  readonly content?: CountedOutline | undefined;
  /** The tokens of a value that was not read, estimated. */
  readonly unreadTokens?: number | undefined;
  /** When its panel was changed: RFC 3339. */
  readonly updatedAt: string;
}

/** How an item is ranked. */
export interface RankedItem {
  readonly item: ContextItem;
  /** Higher is better. */
  readonly score: number;
  /** The score of each node of its content; 0 for what has nothing to do with the query. Undefined without a query. */
  readonly nodeScores?: readonly number[] | undefined;
}

import {
  IsArray,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { ChangeOrigin, ListOf, Nullable } from './common';
import { HistoryItem } from './history';

/** Body of a transaction: changes of several panels as one. */
export class TransactionRequest extends ChangeOrigin {
  /** `{op: check|set|patch|delete, panelId, version?, state?, patches?}`, in order; at most 1,000. */
  @IsArray()
  operations: object[];
}

/** A panel as a transaction left it. */
export class TransactedPanelItem {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;
}

/** Answer to a transaction that happened. */
export class TransactionDone {
  @IsBoolean()
  success: true;

  /** The panels that were changed, in the order they were first named. */
  @ListOf(TransactedPanelItem)
  panels: readonly TransactedPanelItem[];
}

/** A change in the feed. */
export class FeedItem extends HistoryItem {
  @IsString()
  panelId: string;

  /** The place behind this change: send it as `cursor` to go on from here. */
  @IsString()
  cursor: string;
}

/** A page of the change feed. */
export class ChangesResponse {
  @IsString()
  workspaceId: string;

  @ListOf(FeedItem)
  changes: FeedItem[];

  /** Where to go on, also when there is nothing more for now; null while there is no change to show. */
  @IsString()
  @Nullable()
  nextCursor: string | null;

  /** Whether there may be more already. */
  @IsBoolean()
  more: boolean;
}

/** Body of a query: one of the two criteria. */
export class QueryRequest {
  /** What the state must contain: members of objects, and elements of arrays, wherever they stand in it. */
  @IsOptional()
  @IsObject()
  contains?: object;

  /** A SQL/JSON path: one that yields something, or a predicate that holds; at most 10,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  jsonPath?: string;

  /** The most panels of the page, default 100. A page of large panels has fewer: it ends at 8 MiB. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** A panel that was found. */
export class FoundPanel {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  @IsObject()
  state: object;

  @IsISO8601()
  updatedAt: string;
}

/** A page of panels that were found, by id. */
export class QueryResponse {
  @IsString()
  workspaceId: string;

  @ListOf(FoundPanel)
  panels: FoundPanel[];

  /** Where the next page starts; null on the last one. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

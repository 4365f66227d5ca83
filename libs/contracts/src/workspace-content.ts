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
import { ChangeOrigin, ListOf, Nullable, PageParams, maxVersion } from './common';
import { HistoryItem } from './history';

/** Body of a transaction: atomic changes of several panels. */
export class TransactionRequest extends ChangeOrigin {
  /** `{op: check|set|patch|delete, panelId, version?, state?, patches?}`, in order; at most 1,000. */
  @IsArray()
  operations: object[];
}

/** A panel after a transaction. */
export class TransactedPanelItem {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;
}

/** Response of a committed transaction. */
export class TransactionDone {
  @IsBoolean()
  success: true;

  /** The revision of the workspace that the changes made together; the current one, if it only checked. */
  @IsInt()
  revision: number;

  /** The changed panels, in the order of their first operation. */
  @ListOf(TransactedPanelItem)
  panels: readonly TransactedPanelItem[];
}

/** Query parameters of the change feed. */
export class ChangesParams extends PageParams {
  /** A revision: the feed begins behind all changes of it. Instead of `cursor`. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  since?: number;

  /** Only changes of these panels: ids, separated by commas; `*` stands for any characters. */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  panels?: string;

  /** Only changes by this actor: the `sub` of a token. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  /** Only changes triggered by this: `user`, `ai`, `system`, or another word. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggeredBy?: string;

  /** Only changes that belong to this turn. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  turnId?: string;

  /** Only changes that this model came up with: the `model` of their provenance. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  model?: string;
}

/** A change in the feed. */
export class FeedItem extends HistoryItem {
  @IsString()
  panelId: string;

  /** The position after this change: send it as `cursor` to continue from here. */
  @IsString()
  cursor: string;
}

/** A page of the change feed. */
export class ChangesResponse {
  @IsString()
  workspaceId: string;

  @ListOf(FeedItem)
  changes: FeedItem[];

  /** The cursor to continue from, also at the end of the feed; null if there is no change yet. */
  @IsString()
  @Nullable()
  nextCursor: string | null;

  /** Whether more changes may be available now. */
  @IsBoolean()
  more: boolean;
}

/** Body of a query: either criterion. */
export class QueryRequest {
  /** What the state must contain: members of objects, and elements of arrays at any index. */
  @IsOptional()
  @IsObject()
  contains?: object;

  /** A SQL/JSON path that yields a value, or a predicate that is true; at most 10,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  jsonPath?: string;

  /** Page size in panels, default 100. A page ends at 8 MiB, so a page of large panels has fewer. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the previous page. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** A matching panel. */
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

/** A page of matching panels, by id. */
export class QueryResponse {
  @IsString()
  workspaceId: string;

  @ListOf(FoundPanel)
  panels: FoundPanel[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

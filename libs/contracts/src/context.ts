import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ListOf, maxVersion } from './common';

/** Body of a request for a context. */
export class ContextRequest {
  /** The most tokens that the text may have, 0–2,000,000. */
  @IsInt()
  @Min(0)
  @Max(2_000_000)
  budgetTokens: number;

  /** The vocabulary that tokens are counted by; default `o200k_base`. */
  @IsOptional()
  @IsIn(['o200k_base', 'cl100k_base'])
  tokenizer?: 'o200k_base' | 'cl100k_base';

  /** How the text is written; default `markdown`. */
  @IsOptional()
  @IsIn(['markdown', 'json', 'xml'])
  format?: 'markdown' | 'json' | 'xml';

  /** Only panels whose ids match one of these patterns, in which `*` stands for any characters. At most 100. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  panels?: string[];

  /** Only values at these JSON Pointers, in which `*` stands for one token and `**` for any number. At most 100. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(1_000, { each: true })
  pointers?: string[];

  /** What the context is for: what has to do with it comes before everything else. At most 2,000 characters. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  query?: string;

  /** A revision of the workspace: the text is what has changed since. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  sinceRevision?: number;

  /** What the text tells of; default `["state"]`, with `sinceRevision` `["changes"]`. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(3)
  @IsIn(['state', 'changes', 'presence'], { each: true })
  include?: ('state' | 'changes' | 'presence')[];
}

/** A value in a context. */
export class ContextPart {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  /** Where the value is (RFC 6901); `""` for the whole panel. */
  @IsString()
  pointer: string;

  /** Its tokens in the text, its head included. */
  @IsInt()
  tokens: number;

  /** Its rank; higher is better. */
  @IsNumber()
  score: number;
}

/** A value that was left out of a context. */
export class OmittedPart {
  @IsString()
  panelId: string;

  /** Where the value is (RFC 6901); `""` for the whole panel. */
  @IsString()
  pointer: string;

  /** The tokens it would have. */
  @IsInt()
  tokens: number;

  /** `budget`: there was no room; `relevance`: it has nothing to do with the query. */
  @IsIn(['budget', 'relevance'])
  why: 'budget' | 'relevance';
}

/** A context. */
export class ContextResponse {
  @IsString()
  text: string;

  /** The exact number of tokens of the text. */
  @IsInt()
  tokens: number;

  @IsInt()
  budgetTokens: number;

  /** The revision of the workspace that the text is of. */
  @IsInt()
  revision: number;

  /** What is in the text, in its order: what changes least comes first. */
  @ListOf(ContextPart)
  parts: readonly ContextPart[];

  @ListOf(OmittedPart)
  omitted: readonly OmittedPart[];

  /** Names the text: equal keys, equal texts. */
  @IsString()
  cacheKey: string;
}

/** Body of a search. */
export class SearchRequest {
  /** What to look for. At most 2,000 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  query: string;

  /** The most results, default 10. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

/** A value that was found. */
export class SearchResult {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  /** Where the value is (RFC 6901); `""` for the whole panel. */
  @IsString()
  pointer: string;

  /** Its rank; higher is better. */
  @IsNumber()
  score: number;

  /** The value as JSON; at most its first 1,000 characters. */
  @IsString()
  text: string;
}

/** Response of a search. */
export class SearchResponse {
  /** The best first. */
  @ListOf(SearchResult)
  results: readonly SearchResult[];
}

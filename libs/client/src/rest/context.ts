/** Asks for a context. */
export interface ContextQuery {
  /** The most tokens that the text may have. */
  readonly budgetTokens: number;
  /** Default `o200k_base`. */
  readonly tokenizer?: 'o200k_base' | 'cl100k_base';
  /** Default `markdown`. */
  readonly format?: 'markdown' | 'json' | 'xml';
  /** Only panels whose ids match one of these patterns, in which `*` stands for any characters. */
  readonly panels?: readonly string[];
  /** Only values at these JSON Pointers, in which `*` stands for one token and `**` for any number. */
  readonly pointers?: readonly string[];
  /** What has to do with it comes first. */
  readonly query?: string;
  /** The text is what has changed since this revision. */
  readonly sinceRevision?: number;
  /** Default `state`, with `sinceRevision` `changes`. */
  readonly include?: readonly ('state' | 'changes' | 'presence')[];
}

/** What a workspace holds, within a budget of tokens. */
export interface Context {
  readonly text: string;
  readonly tokens: number;
  readonly budgetTokens: number;
  /** The one to name as `sinceRevision` next time. */
  readonly revision: number;
  readonly parts: readonly {
    readonly panelId: string;
    readonly version: number;
    readonly pointer: string;
    readonly tokens: number;
    readonly score: number;
  }[];
  readonly omitted: readonly {
    readonly panelId: string;
    readonly pointer: string;
    readonly tokens: number;
    readonly why: 'budget' | 'relevance';
  }[];
  /** Equal keys, equal texts. */
  readonly cacheKey: string;
}

/** A value that a search has found. */
export interface SearchResult {
  readonly panelId: string;
  readonly version: number;
  readonly pointer: string;
  readonly score: number;
  /** JSON, at most its first 1,000 characters. */
  readonly text: string;
}

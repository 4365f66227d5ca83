import type { WorkspaceKey } from '../panels/model';
import type { VisiblePanels } from '../workspaces/access';
import type { ContextFormat } from './model';
import type { Vocabulary } from './ports';

/** What a context can tell of. */
export type ContextSubject = 'state' | 'changes' | 'presence';

/** Asks for a context: what a model is to know of a workspace, within a budget of tokens. */
export interface AskForContext {
  readonly workspace: WorkspaceKey;
  /** The panels that the caller can see. */
  readonly visible: VisiblePanels;
  readonly budgetTokens: number;
  readonly vocabulary: Vocabulary;
  readonly format: ContextFormat;
  /** Only these panels. */
  readonly panels?: VisiblePanels | undefined;
  /** Only values that these patterns match; see `PointerGlobs`. */
  readonly pointers?: readonly string[] | undefined;
  /** What is relevant. */
  readonly query?: string | undefined;
  /** Tells what has changed since this revision; needs `changes` among the subjects. */
  readonly sinceRevision?: number | undefined;
  readonly include: readonly ContextSubject[];
}

/** A value in a context. */
export interface ContextPart {
  readonly panelId: string;
  readonly version: number;
  /** Where the value is; `""` for the whole panel. */
  readonly pointer: string;
  /** Its tokens in the text, with its head. */
  readonly tokens: number;
  /** How it was ranked; higher is better. */
  readonly score: number;
}

/** A value that is not in a context. */
export interface OmittedPart {
  readonly panelId: string;
  readonly pointer: string;
  /** Its tokens, without a head. */
  readonly tokens: number;
  /** There was no room for it, or it has nothing to do with the query. */
  readonly why: 'budget' | 'relevance';
}

/** A context. */
export interface Context {
  readonly text: string;
  /** The tokens of the text. */
  readonly tokens: number;
  readonly budgetTokens: number;
  /** The revision of the workspace that it tells of. */
  readonly revision: number;
  readonly parts: readonly ContextPart[];
  readonly omitted: readonly OmittedPart[];
  /** Names the text: equal keys, equal texts. */
  readonly cacheKey: string;
}

/** Searches the panels of a workspace. */
export interface SearchWorkspace {
  readonly workspace: WorkspaceKey;
  readonly visible: VisiblePanels;
  readonly query: string;
  readonly limit: number;
}

/** A value that was found. */
export interface SearchResult {
  readonly panelId: string;
  readonly version: number;
  readonly pointer: string;
  readonly score: number;
  /** The value as JSON: at most its first 1,000 characters. */
  readonly text: string;
}

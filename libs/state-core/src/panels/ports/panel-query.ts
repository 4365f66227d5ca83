import type { VisiblePanels } from '../../workspaces/access';
import type { JsonObject, JsonText } from '@nexus-state/documents';
import type { Panel, WorkspaceKey } from '../model';

/** What a panel's state must be like. */
export type Criterion =
  /** Contains this: every member, and every element of an array somewhere in it (PostgreSQL's `@>`). */
  | { readonly contains: JsonObject | JsonText }
  /** Has a value at this SQL/JSON path, or meets it where it is a predicate. */
  | { readonly jsonPath: string };

/** Which of the panels that are found to give. */
export interface FoundPanelsQuery {
  /** What the caller can see: the criterion is evaluated on nothing else. */
  readonly visible: VisiblePanels;
  /** At most so many; fewer where their states are large (`maxPageBytes`). */
  readonly limit: number;
  /** Only panels behind this id. */
  readonly after?: string | undefined;
}

/** A page of panels that were found. */
export interface FoundPanels {
  /** By id, without deleted ones. */
  readonly panels: readonly Panel[];
  /** Whether there are more behind them. */
  readonly more: boolean;
}

/** Finds panels by what they hold. */
export interface PanelQuery {
  /**
   * Finds the panels of a workspace that meet a criterion. The result, errors included, depends on visible panels only.
   * @throws ValidationFailed when the path cannot be read, or cannot be evaluated
   * @throws QueryTooExpensive when the search takes longer than it may; TooManyQueries when too many wait
   * @throws Unavailable when the store cannot be reached
   */
  find(workspace: WorkspaceKey, criterion: Criterion, page: FoundPanelsQuery): Promise<FoundPanels>;
}

import type { JsonObject } from '@nexus-state/documents';
import type { Panel, WorkspaceKey } from '../model';

/** What a panel's state must be like. */
export type Criterion =
  /** Contains this: every member, and every element of an array somewhere in it (PostgreSQL's `@>`). */
  | { readonly contains: JsonObject }
  /** Has a value at this SQL/JSON path, or meets it where it is a predicate. */
  | { readonly jsonPath: string };

/** Finds panels by what they hold. */
export interface PanelQuery {
  /**
   * Panels of a workspace that meet a criterion, by id, without deleted ones.
   * @param page at most `limit` of them, after the id `after`
   * @throws ValidationFailed when the path is none; Unavailable when the store is away or the search takes too long
   */
  find(
    workspace: WorkspaceKey,
    criterion: Criterion,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly Panel[]>;
}

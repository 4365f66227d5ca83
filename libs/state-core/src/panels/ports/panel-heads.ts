import type { WorkspaceKey } from '../model';

/** How far a panel is. */
export interface PanelHead {
  readonly panelId: string;
  /** The newest version. */
  readonly version: number;
  /** Whether the panel was deleted with it. */
  readonly deleted: boolean;
}

/** Which panels to list. */
export interface HeadsQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly changedSince?: number | undefined;
}

/** How far the panels of a workspace are: what followers compare with. */
export interface PanelHeads {
  /**
   * Every panel that was ever created, ordered by id, deleted ones included: what is not there has no history.
   * @param page at most `limit` of them, after the id `after`; with `changedSince` only those that were changed after this revision
   * @throws Unavailable when the store cannot be reached or does not answer in time
   */
  heads(workspace: WorkspaceKey, page: HeadsQuery): Promise<readonly PanelHead[]>;
}

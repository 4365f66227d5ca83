import type { VisiblePanels } from '../workspaces/access';
import type { WorkspaceKey } from './model';
import { pastPanels } from './past-panels';
import type { ChangeFeed, PanelSummary } from './ports';
import type { HistoryPorts } from './read-version';
import { panelCursor, parsePanelCursor } from './panel-cursor';

/** Asks for a page of a workspace's panels. */
export interface ListPanels {
  readonly workspace: WorkspaceKey;
  /** Most panels on the page, from 1. */
  readonly limit: number;
  /** The `nextCursor` of the page before; none for the first page. */
  readonly cursor?: string | undefined;
  /** The panels that the caller can see. */
  readonly visible: VisiblePanels;
  /** Lists them as they were at this revision, instead of now. */
  readonly revision?: number | undefined;
}

/** A page of panels, by id. */
export interface PanelPage {
  readonly panels: readonly PanelSummary[];
  /** Where the next page starts; null on the last one. */
  readonly nextCursor: string | null;
}

/**
 * The panels of a workspace by id, without deleted ones; an unknown workspace has none.
 * @throws ValidationFailed when the cursor is not one of this list; RevisionNotFound, Unavailable
 */
export async function listPanels(
  { workspace, limit, cursor, visible, revision }: ListPanels,
  ports: HistoryPorts & { readonly feed: Pick<ChangeFeed, 'revision'> },
): Promise<PanelPage> {
  const after = cursor === undefined ? undefined : parsePanelCursor(cursor);
  // One more than asked for shows whether there is another page.
  const page = { visible, limit: limit + 1, after };
  const found =
    revision === undefined
      ? await ports.store.list(workspace, page)
      : await pastPanels(workspace, { ...page, revision }, ports);
  const panels = found.slice(0, limit);
  const last = panels.at(-1);
  return { panels, nextCursor: found.length > limit && last ? panelCursor(last.panelId) : null };
}

import type { FoundPanel, PanelItem, WorkspaceHandle } from '@nexus-state/client';
import { isRefusal } from '../../cli/report';
import { inParallel } from '../pool';

/** How many panels are read at the same time, and are in memory. */
const atOnce = 16;

/**
 * The panels of a workspace with their states, by id, a few at a time. Each is as it was when it was listed; all are as they were
 * at the revision, where one is given.
 */
export async function* exporting(
  workspace: WorkspaceHandle,
  { revision, signal }: { readonly revision?: number | undefined; readonly signal: AbortSignal },
): AsyncGenerator<FoundPanel, void> {
  const pages = workspace.panels({ ...(revision === undefined ? {} : { revision }), signal });
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await pages.page({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    for (let from = 0; from < page.items.length; from += atOnce) {
      const some = page.items.slice(from, from + atOnce);
      yield* (await inParallel(some, atOnce, (item) => read(workspace, item, signal))).flat();
    }
    cursor = page.nextCursor;
  }
}

/** Nothing where the panel cannot be read any more. */
async function read(
  workspace: WorkspaceHandle,
  { panelId, version, updatedAt }: PanelItem,
  signal: AbortSignal,
): Promise<FoundPanel[]> {
  try {
    const { state } = await workspace.panel(panelId).get({ version, signal });
    return [{ panelId, version, updatedAt, state }];
  } catch (error) {
    if (isRefusal(error) && error.code === 'not_found') return [];
    throw error;
  }
}

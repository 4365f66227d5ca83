import { RevisionNotFound } from '../errors';
import type { WorkspaceKey } from './model';
import type { ChangeFeed, PastPanel, PastPanelsQuery } from './ports';
import { type HistoryPorts, pastContent } from './read-version';

/** A past panel whose size is known. */
export type SizedPastPanel = PastPanel & { readonly stateSizeBytes: number };

/**
 * The panels of a workspace as they were at a revision, by id, without deleted ones.
 * @throws RevisionNotFound where the workspace has not reached the revision; Unavailable
 */
export async function pastPanels(
  workspace: WorkspaceKey,
  query: PastPanelsQuery,
  ports: HistoryPorts & { readonly feed: Pick<ChangeFeed, 'revision'> },
): Promise<readonly SizedPastPanel[]> {
  const { revision } = query;
  if (revision > (await ports.feed.revision(workspace)))
    throw new RevisionNotFound(workspace.workspaceId, revision);
  const panels = await ports.history.panelsAt(workspace, query);
  const sized: SizedPastPanel[] = [];
  // One after the other: to learn the size of one, its state is rebuilt.
  for (const panel of panels)
    sized.push({ ...panel, stateSizeBytes: panel.stateSizeBytes ?? (await sizeOf(workspace, panel, ports)) });
  return sized;
}

async function sizeOf(
  workspace: WorkspaceKey,
  { panelId, version }: PastPanel,
  ports: HistoryPorts,
): Promise<number> {
  return (await pastContent({ ...workspace, panelId }, { version }, ports)).stateSizeBytes;
}

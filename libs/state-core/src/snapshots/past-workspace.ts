import { type HistoryPorts, pastContent, pastPanels } from '../panels';
import type { WorkspaceKey } from '../panels/model';
import type { ChangeFeed } from '../panels/ports';
import type { VisiblePanels } from '../workspaces/access';
import type { ManifestPanel } from './model';
import type { StateReading, WorkspaceContent } from './workspace-content';

const pageSize = 1_000;

/**
 * A workspace as it was at a revision. Its instant is that of the last change that is seen; where there is none, now.
 * @throws RevisionNotFound where it has not reached the revision; Unavailable
 */
export async function pastWorkspace(
  workspace: WorkspaceKey,
  { revision, visible }: { readonly revision: number; readonly visible: VisiblePanels },
  ports: HistoryPorts & { readonly feed: Pick<ChangeFeed, 'revision'> },
): Promise<WorkspaceContent> {
  const panels = new Map<string, ManifestPanel>();
  let totalSizeBytes = 0;
  let at = '';
  for (let after: string | undefined, isLast = false; !isLast;) {
    // History never changes, so the pages are of one instant.
    const page = await pastPanels(workspace, { revision, visible, limit: pageSize, after }, ports);
    for (const { panelId, version, checksum, updatedAt, stateSizeBytes } of page) {
      panels.set(panelId, { version, checksum });
      totalSizeBytes += stateSizeBytes;
      if (updatedAt > at) at = updatedAt;
    }
    after = page.at(-1)?.panelId;
    isLast = page.length < pageSize;
  }
  return {
    at: at || new Date().toISOString(),
    revision,
    commitHash: null,
    totalSizeBytes,
    panels,
    readStates: async (panelIds) => {
      const states = panelIds.map(async (panelId): Promise<[string, StateReading]> => {
        const { version } = panels.get(panelId) as ManifestPanel;
        return [panelId, await pastContent({ ...workspace, panelId }, { version }, ports)];
      });
      return new Map(await Promise.all(states));
    },
  };
}

import { VisiblePanels } from '../workspaces/access';
import { type Panel, type WorkspaceKey, isLarge } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { MemoryPanelStore } from './memory-panel-store';
import type {
  WorkspaceInstant,
  WorkspacePanel,
  WorkspaceReader,
  WorkspaceVersions,
} from '../snapshots/ports';

/** Reads workspaces out of a store in memory: for tests. */
export class MemoryWorkspaceReader implements WorkspaceReader {
  /**
   * @param store where the panels are
   * @param now the clock
   */
  constructor(
    private readonly store: Pick<PanelStore, 'list' | 'read'> & Pick<MemoryPanelStore, 'revisionOf'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async readPanels(
    workspace: WorkspaceKey,
    known: ReadonlyMap<string, string>,
    visit: (panel: WorkspacePanel) => Promise<void>,
  ): Promise<WorkspaceInstant> {
    const panels = await this.#panels(workspace);
    const instant = this.#instant(workspace);
    for (const panel of panels) {
      const isKnown = known.get(panel.key.panelId) === panel.checksum;
      const large = isLarge(panel.stateSizeBytes) ? { largeState: panel.stateText } : {};
      await visit({ ...workspacePanel(panel), ...(isKnown ? { state: undefined } : large) });
    }
    return instant;
  }

  #instant(workspace: WorkspaceKey): WorkspaceInstant {
    return { at: this.now().toISOString(), revision: this.store.revisionOf(workspace) };
  }

  async readVersions(workspace: WorkspaceKey): Promise<WorkspaceVersions> {
    const panels = await this.#panels(workspace);
    const versions = panels.map(
      ({ key, version, checksum, updatedAt, stateSizeBytes }) =>
        [key.panelId, { version, checksum, updatedAt, stateSizeBytes }] as const,
    );
    const totalSizeBytes = panels.reduce((sum, { stateSizeBytes }) => sum + stateSizeBytes, 0);
    return { ...this.#instant(workspace), totalSizeBytes, panels: new Map(versions) };
  }

  async readStates(workspace: WorkspaceKey, panelIds: readonly string[]) {
    const asked = new Set(panelIds);
    return (await this.#panels(workspace)).filter(({ key }) => asked.has(key.panelId)).map(panelWithText);
  }

  async #panels(workspace: WorkspaceKey): Promise<readonly Panel[]> {
    const listed = await this.store.list(workspace, { visible: VisiblePanels.all, limit: Infinity });
    const panels = await Promise.all(listed.map(({ panelId }) => this.store.read({ ...workspace, panelId })));
    return panels.filter((panel) => panel !== undefined);
  }
}

function workspacePanel({ key, version, checksum, stateSizeBytes, state }: Panel) {
  return { panelId: key.panelId, version, checksum, stateSizeBytes, state };
}

function panelWithText(panel: Panel) {
  return { ...workspacePanel(panel), stateText: panel.stateText };
}

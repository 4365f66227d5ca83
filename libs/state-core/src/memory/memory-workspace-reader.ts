import { VisiblePanels } from '../workspaces/access';
import type { Panel, WorkspaceKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { WorkspacePanel, WorkspaceReader, WorkspaceVersions } from '../snapshots/ports';

/** Reads workspaces out of a store in memory: for tests. */
export class MemoryWorkspaceReader implements WorkspaceReader {
  /**
   * @param store where the panels are
   * @param now the clock
   */
  constructor(
    private readonly store: Pick<PanelStore, 'list' | 'read'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async readPanels(
    workspace: WorkspaceKey,
    known: ReadonlyMap<string, string>,
    visit: (panel: WorkspacePanel) => Promise<void>,
  ): Promise<string> {
    const instant = await this.#panels(workspace);
    const readAt = this.now().toISOString();
    for (const panel of instant) {
      const isKnown = known.get(panel.key.panelId) === panel.checksum;
      await visit({ ...workspacePanel(panel), ...(isKnown ? { state: undefined } : {}) });
    }
    return readAt;
  }

  async readVersions(workspace: WorkspaceKey): Promise<WorkspaceVersions> {
    const panels = await this.#panels(workspace);
    const versions = panels.map(
      ({ key, version, checksum }) => [key.panelId, { version, checksum }] as const,
    );
    const totalSizeBytes = panels.reduce((sum, { stateSizeBytes }) => sum + stateSizeBytes, 0);
    return { at: this.now().toISOString(), totalSizeBytes, panels: new Map(versions) };
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

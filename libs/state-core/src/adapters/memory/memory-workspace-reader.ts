import type { WorkspaceKey } from '../../panel';
import type { PanelStore, WorkspacePanel, WorkspaceReader } from '../../ports';

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
    const listed = await this.store.list(workspace, { limit: Infinity });
    const instant = await Promise.all(
      listed.map(({ panelId }) => this.store.read({ ...workspace, panelId })),
    );
    const readAt = this.now().toISOString();
    for (const panel of instant) {
      if (!panel) continue;
      const { key, version, checksum, stateSizeBytes, state } = panel;
      const isKnown = known.get(key.panelId) === checksum;
      await visit({
        panelId: key.panelId,
        version,
        checksum,
        stateSizeBytes,
        state: isKnown ? undefined : state,
      });
    }
    return readAt;
  }
}

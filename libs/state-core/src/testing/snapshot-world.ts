import {
  MemoryPanelStore,
  MemorySnapshotCoverage,
  MemorySnapshotQueue,
  MemorySnapshotRepository,
  MemorySnapshotStore,
  MemoryUpdateBus,
  MemoryWorkspaceLock,
  MemoryWorkspaceReader,
} from '../memory';
import { VisiblePanels } from '../workspaces/access';
import type { JsonObject } from '@nexus-state/documents';
import { inProcess } from '../panels/large';
import type { PanelKey } from '../panels/model';
import type { Snapshot } from '../snapshots/model';
import { takeSnapshot } from '../snapshots';
import { anAppend } from './panel-builders';
import { aJobRun, aSnapshotRequest, aWorkspace, takenSnapshot } from './snapshot-builders';

/** One workspace with all that snapshots of it need, in memory; the queue's worker is this process. */
export class SnapshotWorld {
  readonly workspace = aWorkspace();
  readonly store = new MemoryPanelStore();
  readonly history = this.store;
  readonly reader = new MemoryWorkspaceReader(this.store);
  readonly repository = new MemorySnapshotRepository();
  readonly commits = this.repository;
  readonly snapshots = new MemorySnapshotStore();
  readonly bus = new MemoryUpdateBus();
  readonly observer = { hintFailed: () => undefined };
  readonly coverage = new MemorySnapshotCoverage(this.store);
  readonly large = inProcess;
  readonly lock = new MemoryWorkspaceLock();
  readonly queue = new MemorySnapshotQueue((request, run) => takeSnapshot({ request, ...run }, this));
  #taken = 0;

  keyOf(panelId: string): PanelKey {
    return { ...this.workspace, panelId };
  }

  /** Writes what a panel holds from now on; nothing for one that is to be deleted. */
  async write(panelId: string, state?: JsonObject): Promise<void> {
    const before = await this.store.read(this.keyOf(panelId));
    const step = state ? { state } : { state: before?.state ?? {}, changeType: 'deleted' as const };
    const append = anAppend(this.keyOf(panelId), before?.version ?? 0, [step], before?.state);
    await this.store.append([append]);
  }

  /** Takes a snapshot. */
  async take(): Promise<Snapshot> {
    this.#taken++;
    const snapshotId = `00000000-0000-4000-8000-${String(this.#taken).padStart(12, '0')}`;
    const request = aSnapshotRequest({ workspace: this.workspace, snapshotId });
    return takenSnapshot(await takeSnapshot({ request, ...aJobRun() }, this));
  }

  /** What every panel holds, by id; deleted ones are left out. */
  async states(): Promise<Record<string, JsonObject>> {
    const panels = await this.reader.readStates(
      this.workspace,
      (await this.store.list(this.workspace, { visible: VisiblePanels.all, limit: Infinity })).map(
        ({ panelId }) => panelId,
      ),
    );
    return Object.fromEntries(panels.map(({ panelId, state }) => [panelId, state]));
  }
}

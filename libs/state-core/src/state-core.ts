import { type Contexts, GroupCommit, type Written } from './panels/group-commit';
import { StateError } from '@nexus-state/documents';
import { type Limits, type Origin, type PanelKey, type WorkspaceKey, defaultLimits } from './panels/model';
import type {
  ChangeFeed,
  HistoryPage,
  PanelCache,
  PanelHistory,
  PanelQuery,
  PanelStore,
} from './panels/ports';
import type { SnapshotQueue, WorkspaceWriter } from './snapshots/ports';
import type { UpdateBus } from './ports';
import { AccessLog } from './panels/access-log';
import { announceChanges } from './panels/announce-changes';
import {
  type ClearWorkspace,
  clearWorkspace,
  type SnapshotPorts,
  type RestoreWorkspace,
  restoreWorkspace,
  type SnapshotTriggers,
} from './snapshots';
import {
  type CoreObserver,
  type ListPanels,
  type PanelPage,
  listPanels,
  type ReadPorts,
  type FoundPage,
  type QueryPanels,
  queryPanels,
  type ChangesPage,
  type ReadChanges,
  readChanges,
  type ReadHistory,
  readHistory,
  type PanelReading,
  type ReadPanel,
  cachedTip,
  readPanel,
  type HistoryPorts,
  type VersionChoice,
  readVersion,
} from './panels';
import {
  type CreatePanel,
  createPanel,
  type DeletePanel,
  deletePanel,
  type MergePatchPanel,
  mergePatchPanel,
  type PatchPanel,
  patchPanel,
  type ReplacePanel,
  replacePanel,
  type RevertPanel,
  revertPanel,
  type Transact,
  type TransactPorts,
  type TransactedPanel,
  transact,
} from './panels/edit';
import { PanelCopies } from './panels/panel-copies';
import type { Restore } from './workspaces';
import { ReplaySafeCommit } from './panels/edit/replay-safe-commit';
import { aiTrigger } from './snapshots/model';
import { StoreOutage } from './panels/store-outage';
import { WrittenTips } from './panels/written-tips';

/** What stands behind the core. */
export interface StateCorePorts {
  readonly store: PanelStore;
  readonly history: PanelHistory;
  readonly feed: ChangeFeed;
  readonly query: PanelQuery;
  readonly cache: PanelCache;
  readonly bus: UpdateBus;
  readonly observer: CoreObserver;
  readonly triggers: SnapshotTriggers;
  readonly limits?: Limits | undefined;
  /** Where it is to be known on whose behalf changes are written and announced. */
  readonly contexts?: Contexts | undefined;
}

/** The use cases of panels, put together: what a door calls. Every method is one use case, described there. */
export class StateCore {
  readonly #read: StateCorePorts & ReadPorts;
  readonly #write: StateCorePorts & TransactPorts & HistoryPorts;
  readonly #accesses: AccessLog;
  readonly #triggers: SnapshotTriggers;

  constructor(ports: StateCorePorts) {
    const copies = new PanelCopies(ports.cache, ports.observer);
    const announcing = { ...ports, copies, outage: new StoreOutage() };
    const written = new WrittenTips();
    const group = new GroupCommit({
      contexts: ports.contexts,
      store: ports.store,
      hint: (key, seenVersion) => written.at(key, seenVersion) ?? cachedTip(key, copies),
      announce: (accepted) => {
        written.note(accepted.at(-1)?.panel);
        return announceChanges(accepted, announcing);
      },
    });
    const commit = new ReplaySafeCommit(group, announcing);
    this.#read = announcing;
    this.#triggers = ports.triggers;
    this.#accesses = new AccessLog(ports.store);
    this.#write = { ...announcing, commit, limits: ports.limits ?? defaultLimits };
  }

  async readPanel(query: ReadPanel): Promise<PanelReading> {
    const reading = await readPanel(query, this.#read);
    this.#accesses.note(query.key);
    return reading;
  }

  /** Hands over what is only in memory; to be called before the store is closed. */
  async close(): Promise<void> {
    this.#triggers.close();
    await this.#accesses.flush();
  }

  readVersion(query: { readonly key: PanelKey; readonly choice: VersionChoice }): Promise<PanelReading> {
    return readVersion(query, this.#read);
  }

  listPanels(query: ListPanels): Promise<PanelPage> {
    return listPanels(query, this.#read);
  }

  readHistory(query: ReadHistory): Promise<HistoryPage> {
    return readHistory(query, this.#read);
  }

  readChanges(query: ReadChanges): Promise<ChangesPage> {
    return readChanges(query, this.#read);
  }

  queryPanels(query: QueryPanels): Promise<FoundPage> {
    return queryPanels(query, this.#write);
  }

  createPanel(command: CreatePanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => createPanel(command, this.#write));
  }

  replacePanel(command: ReplacePanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => replacePanel(command, this.#write));
  }

  patchPanel(command: PatchPanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => patchPanel(command, this.#write));
  }

  mergePatchPanel(command: MergePatchPanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => mergePatchPanel(command, this.#write));
  }

  revertPanel(command: RevertPanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => revertPanel(command, this.#write));
  }

  transact(command: Transact): Promise<readonly TransactedPanel[]> {
    const deletes = command.operations.some(({ op }) => op === 'delete');
    return this.#secured(command.workspace, command.origin, () => transact(command, this.#write), deletes);
  }

  clearWorkspace(command: ClearWorkspace, queue: SnapshotQueue): Promise<void> {
    return clearWorkspace(command, { ...this.#write, queue });
  }

  restoreWorkspace(
    command: RestoreWorkspace,
    ports: SnapshotPorts & { readonly queue: SnapshotQueue; readonly writer: WorkspaceWriter },
  ): Promise<Restore> {
    return restoreWorkspace(command, { ...this.#write, ...ports });
  }

  deletePanel(command: DeletePanel): Promise<Written> {
    return this.#secured(command.key, command.origin, () => deletePanel(command, this.#write), true);
  }

  /** Makes a change; where it is a major one, only once there is a snapshot of what it changes. */
  #secured<T>(
    workspace: WorkspaceKey,
    { triggeredBy, actor }: Origin,
    change: () => Promise<T>,
    deletes = false,
  ): Promise<T> {
    const byAi = triggeredBy === aiTrigger;
    const made =
      byAi || deletes
        ? this.#triggers.before(byAi ? 'ai-edit' : 'deletion', workspace, actor).then(change)
        : change();
    return made.catch((error: unknown) => {
      this.#write.observer.changeRefused?.(error instanceof StateError ? error.code : undefined);
      throw error;
    });
  }
}

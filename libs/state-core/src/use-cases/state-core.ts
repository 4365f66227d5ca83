import { type Contexts, GroupCommit, type Written } from '../commit';
import { StateError } from '../errors';
import { type Limits, type Origin, type PanelKey, type WorkspaceKey, defaultLimits } from '../panel';
import type {
  ChangeFeed,
  HistoryPage,
  PanelCache,
  PanelHistory,
  PanelQuery,
  PanelStore,
  SnapshotQueue,
  UpdateBus,
  WorkspaceWriter,
} from '../ports';
import { AccessLog } from './access-log';
import { announceChanges } from './announce-changes';
import { type ClearWorkspace, clearWorkspace } from './clear-workspace';
import type { CoreObserver } from './core-observer';
import { type CreatePanel, createPanel } from './create-panel';
import { type DeletePanel, deletePanel } from './delete-panel';
import { type ListPanels, type PanelPage, listPanels } from './list-panels';
import { type MergePatchPanel, mergePatchPanel } from './merge-patch-panel';
import { PanelCopies } from './panel-copies';
import type { ReadPorts } from './panel-ports';
import { type PatchPanel, patchPanel } from './patch-panel';
import { type FoundPage, type QueryPanels, queryPanels } from './query-panels';
import { type ChangesPage, type ReadChanges, readChanges } from './read-changes';
import { type ReadHistory, readHistory } from './read-history';
import { type PanelReading, type ReadPanel, cachedTip, readPanel } from './read-panel';
import { type HistoryPorts, type VersionChoice, readVersion } from './read-version';
import type { Restore } from '../snapshot';
import type { SnapshotPorts } from './read-snapshot';
import { ReplaySafeCommit } from './replay-safe-commit';
import { type ReplacePanel, replacePanel } from './replace-panel';
import { type RestoreWorkspace, restoreWorkspace } from './restore-workspace';
import { type RevertPanel, revertPanel } from './revert-panel';
import { aiTrigger } from '../snapshot';
import type { SnapshotTriggers } from './snapshot-triggers';
import { StoreOutage } from './store-outage';
import { type Transact, type TransactPorts, type TransactedPanel, transact } from './transact';
import { WrittenTips } from './written-tips';

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

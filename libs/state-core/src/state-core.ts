import { StateError } from '@nexus-state/documents';
import { LockLost } from './errors';
import { followPages } from './live/feeds';
import type { FencedLock } from './locks/model';
import type { FencingTokens } from './locks/ports';
import type { UpdateBus } from './ports';
import { type CoreObserver, type HistoryPorts, type ReadPorts } from './panels';
import { AccessLog } from './panels/access-log';
import { announcing } from './panels/announce-changes';
import { type LargeWork, inProcess } from './panels/large';
import { CacheLease, PanelCopies } from './panels/copies';
import {
  type EditPanel,
  type EditPorts,
  type PanelCommit,
  type BulkChangePorts,
  type Transact,
  type TransactedPanel,
  decideFairly,
  editPanel,
  readUnseen,
  transact,
} from './panels/edit';
import { GroupCommit, PanelMutexes, type Tracer, type Written } from './panels/group-commit';
import { isRepeated } from './panels/is-repeated';
import { type ListPanels, type PanelPage, listPanels } from './panels/list-panels';
import {
  type IdempotentRequest,
  type Limits,
  type PanelKey,
  type WorkspaceKey,
  defaultLimits,
  isLarge,
} from './panels/model';
import type {
  CacheEpochs,
  ChangeFeed,
  HistoryPage,
  PanelCache,
  PanelHistory,
  PanelQuery,
  PanelStore,
} from './panels/ports';
import { type FoundPage, type QueryPanels, queryPanels } from './panels/query-panels';
import { type ChangesPage, type ReadChanges, readChanges } from './panels/read-changes';
import { type ReadHistory, readHistory } from './panels/read-history';
import { partialDocument } from './panels/partial-document';
import { type PanelReading, type ReadPanel, cachedPanel, readPanel } from './panels/read-panel';
import { type VersionChoice, readVersion } from './panels/read-version';
import { RecentlyWritten } from './panels/recently-written';
import { StoreOutage } from './panels/store-outage';
import type { SnapshotTriggers } from './snapshots';
import { aiTrigger } from './snapshots/model';

/** The adapters of the core. */
export interface StateCorePorts {
  readonly store: PanelStore;
  readonly history: PanelHistory;
  readonly feed: ChangeFeed;
  readonly query: PanelQuery;
  readonly cache: PanelCache;
  readonly epochs: CacheEpochs;
  readonly fencing: FencingTokens;
  readonly bus: UpdateBus;
  readonly observer: CoreObserver;
  readonly triggers: SnapshotTriggers;
  readonly limits?: Limits | undefined;
  /** Does what takes long; in this process, at once, where it is not given. */
  readonly large?: LargeWork | undefined;
  /** Where requests are traced. */
  readonly tracer?: Tracer | undefined;
}

/** Follows the changes of a workspace. */
export interface FollowChanges extends ReadChanges {
  /** Called before each read; what it throws ends the iteration. */
  readonly authorize: () => Promise<void>;
  /** Ends the iteration when it is aborted. */
  readonly signal: AbortSignal;
}

/** The use cases of panels, put together: what a door calls. Every method is one use case, described there. */
export class StateCore {
  readonly #ports: StateCorePorts & ReadPorts & BulkChangePorts & HistoryPorts & EditPorts;
  readonly #accesses: AccessLog;
  readonly #lease: CacheLease;

  constructor(ports: StateCorePorts) {
    const { store, history, tracer, limits = defaultLimits, large = inProcess } = ports;
    const outage = new StoreOutage();
    this.#lease = new CacheLease(ports.epochs, ports.cache, { observer: ports.observer, outage });
    void this.#lease.keep();
    const copies = new PanelCopies(ports.cache, this.#lease, ports.observer);
    const reading = { ...ports, copies, limits, large, outage };
    const written = new RecentlyWritten();
    const commit: PanelCommit = new GroupCommit({
      tracer,
      store,
      decide: (request, current, seen) => decideFairly(request, current, seen, reading),
      readHistory: (request, known) => readUnseen(request, known, { store, history, limits, large }),
      cachedPanel: ({ key, seenVersion }) => written.at(key, seenVersion) ?? cachedPanel(key, copies),
      announcing: () => {
        const announce = announcing(reading);
        return (accepted) => {
          written.note(accepted.at(-1)?.panel);
          return announce(accepted);
        };
      },
    });
    this.#ports = { ...reading, commit, mutexes: new PanelMutexes() };
    this.#accesses = new AccessLog(store);
  }

  /** What changes of many panels at once are made with. */
  get bulkChanges(): BulkChangePorts {
    return this.#ports;
  }

  async readPanel(query: ReadPanel): Promise<PanelReading> {
    const reading = await readPanel(query, this.#ports);
    this.#accesses.note(query.key);
    return reading;
  }

  /** Hands over what is only in memory; to be called before the store is closed. */
  async close(): Promise<void> {
    this.#ports.triggers.close();
    this.#lease.close();
    await this.#accesses.flush();
  }

  readVersion(query: { readonly key: PanelKey; readonly choice: VersionChoice }): Promise<PanelReading> {
    return readVersion(query, this.#ports);
  }

  /**
   * A part of a panel that was read.
   * @param path a JSON Pointer (RFC 6901)
   * @throws PathNotFound when it leads nowhere
   */
  async partOf({ document }: Pick<PanelReading, 'document'>, path: string): Promise<string> {
    return isLarge(document.length)
      ? this.#ports.large.part(document, path)
      : partialDocument(document, path);
  }

  listPanels(query: ListPanels): Promise<PanelPage> {
    return listPanels(query, this.#ports);
  }

  readHistory(query: ReadHistory): Promise<HistoryPage> {
    return readHistory(query, this.#ports);
  }

  readChanges(query: ReadChanges): Promise<ChangesPage> {
    return readChanges(query, this.#ports);
  }

  /**
   * The pages of a workspace's changes after a cursor as they appear, without end; see `followPages`.
   * @throws ValidationFailed when the cursor is none of this feed, or one that it has not reached; Unavailable; what
   *   `authorize` throws
   */
  followChanges({ authorize, signal, cursor, ...query }: FollowChanges): AsyncIterable<ChangesPage> {
    const read = async (position: string | undefined) => {
      await authorize();
      return this.readChanges({ ...query, cursor: position });
    };
    return followPages({ workspace: query.workspace, start: cursor, read, signal }, this.#ports.bus);
  }

  queryPanels(query: QueryPanels): Promise<FoundPage> {
    return queryPanels(query, this.#ports);
  }

  editPanel(command: EditPanel): Promise<Written> {
    const { key, edit } = command;
    const change = () => editPanel(command, this.#ports);
    return this.#withSafetySnapshot(
      { ...key, panelIds: [key.panelId] },
      command,
      edit.kind === 'delete',
      change,
    );
  }

  transact(command: Transact): Promise<readonly TransactedPanel[]> {
    const { workspace, operations } = command;
    const deletes = operations.some(({ op }) => op === 'delete');
    const panelIds = operations.filter(({ op }) => op !== 'check').map(({ panelId }) => panelId);
    const change = () => transact(command, this.#ports);
    return this.#withSafetySnapshot({ ...workspace, panelIds }, command, deletes, change);
  }

  /**
   * Whether a request was made before, so that nothing is left to be done for it.
   * @throws IdempotencyKeyReused, Unavailable
   */
  isRepeated({ key, request }: Pick<EditPanel, 'key' | 'request'>): Promise<boolean> {
    return isRepeated(key, request, [key.panelId], this.#ports);
  }

  /** Makes a change; before a change by AI and before a deletion, a snapshot is taken of what it changes. */
  async #withSafetySnapshot<T>(
    changed: WorkspaceKey & { readonly panelIds: readonly string[] },
    command: Pick<EditPanel, 'origin' | 'request' | 'lock'>,
    deletes: boolean,
    change: () => Promise<T>,
  ): Promise<T> {
    const { triggers, observer } = this.#ports;
    const { origin, request, lock } = command;
    const byAi = origin.triggeredBy === aiTrigger;
    try {
      if (lock) await this.#checkLock(lock, changed, request);
      if ((byAi || deletes) && !(await isRepeated(changed, request, changed.panelIds, this.#ports)))
        await triggers.before(byAi ? 'ai-edit' : 'deletion', changed, origin.actor);
      return await change();
    } catch (error) {
      observer.changeRefused?.(error instanceof StateError ? error.code : undefined);
      throw error;
    }
  }

  /**
   * Refuses a change under a lost lock before anything else of it is looked at. The store checks again as it commits.
   * @throws LockLost, unless the change was made before; IdempotencyKeyReused
   */
  async #checkLock(
    lock: FencedLock,
    changed: WorkspaceKey & { readonly panelIds: readonly string[] },
    request: IdempotentRequest | undefined,
  ): Promise<void> {
    if ((await this.#ports.fencing.newest(lock)) === lock.fencingToken) return;
    if (await isRepeated(changed, request, changed.panelIds, this.#ports)) return;
    throw new LockLost(lock.name, lock.fencingToken);
  }
}

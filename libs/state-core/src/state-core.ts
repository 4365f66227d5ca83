import { StateError } from '@nexus-state/documents';
import { LockLost } from './errors';
import {
  type FollowChanges,
  type FollowPanel,
  type FollowedEvent,
  followChanges,
  followPanel,
} from './live/feeds';
import type { FencedLock } from './locks/model';
import type { FencingTokens } from './locks/ports';
import type { UpdateBus } from './ports';
import type {
  AnnouncePorts,
  CoreObserver,
  HistoryPorts,
  KeptReading,
  PanelReading,
  ReadPorts,
} from './panels';
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
  type Transacted,
  decideFairly,
  withRecent,
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
import { type ReadPanel, cachedPanel, readKeptPanel, unpacked } from './panels/read-panel';
import { type Blame, type BlamePanel, blamePanel } from './panels/blame-panel';
import { type VersionChoice, readVersion } from './panels/read-version';
import { Approval, Proposals, guardedStore } from './proposals';
import { orPropose, proposableEdit, proposableTransaction } from './proposals/propose-instead';
import type { ProposalStore, RuleStore } from './proposals/ports';
import { RecentVersions } from './panels/recent-versions';
import { StoreOutage } from './panels/store-outage';
import type { SnapshotTriggers } from './snapshots';
import { aiTrigger } from './snapshots/model';
import { Turns, type TurnsPorts, admitToTurn, editInTurn } from './turns';
import type { TurnStore } from './turns/ports';

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
  readonly embeddings?: AnnouncePorts['embeddings'];
  readonly turns: TurnStore;
  readonly proposals: ProposalStore;
  readonly rules: RuleStore;
  /** How long rules are remembered, in milliseconds; see `Approval`. */
  readonly rulesRememberedMs?: number | undefined;
  readonly limits?: Limits | undefined;
  /** Does what takes long; in this process, at once, where it is not given. */
  readonly large?: LargeWork | undefined;
  /** Where requests are traced. */
  readonly tracer?: Tracer | undefined;
}

/** The use cases of panels, put together: what a door calls. */
export class StateCore {
  readonly #ports: StateCorePorts & ReadPorts & BulkChangePorts & HistoryPorts & EditPorts;
  /** The use cases of turns. */
  readonly turns: Turns;
  /** The use cases of proposals. */
  readonly proposals: Proposals;
  /** The approval rules. */
  readonly approval: Approval;
  readonly #accesses: AccessLog;
  readonly #lease: CacheLease;
  readonly #inTurn: TurnsPorts;

  constructor(ports: StateCorePorts) {
    const { history, tracer, limits = defaultLimits, large = inProcess } = ports;
    this.approval = new Approval(ports.rules, ports.rulesRememberedMs);
    const store = guardedStore(ports.store, this.approval);
    const outage = new StoreOutage();
    this.#lease = new CacheLease(ports.epochs, ports.cache, { observer: ports.observer, outage });
    void this.#lease.keep();
    const copies = new PanelCopies(ports.cache, this.#lease, ports.observer);
    const reading = { ...ports, store, copies, limits, large, outage };
    const recent = new RecentVersions();
    const commit: PanelCommit = new GroupCommit({
      tracer,
      store,
      decide: (request, current, seen) =>
        decideFairly(request, current, withRecent(request, current, seen, recent), reading),
      readHistory: (request, known, changesSince) =>
        readUnseen(request, known, { store, history, limits, large }, changesSince),
      cachedPanel: ({ key, seenVersion }) => recent.at(key, seenVersion) ?? cachedPanel(key, copies),
      announcing: () => {
        const announce = announcing(reading);
        return (accepted) => {
          recent.note(accepted);
          return announce(accepted);
        };
      },
    });
    this.#ports = { ...reading, commit, mutexes: new PanelMutexes() };
    this.proposals = new Proposals({ ...this.#ports, approval: this.approval });
    this.#inTurn = { ...this.#ports, proposer: this.proposals };
    this.turns = new Turns(this.#inTurn);
    this.#accesses = new AccessLog(store);
  }

  /** What changes of many panels at once are made with. */
  get bulkChanges(): BulkChangePorts {
    return this.#ports;
  }

  /** The limits of panels. */
  get limits(): Limits {
    return this.#ports.limits;
  }

  async readPanel(query: ReadPanel): Promise<PanelReading> {
    return unpacked(await this.readKeptPanel(query));
  }

  /** Reads a panel for those who may take it compressed. */
  async readKeptPanel(query: ReadPanel): Promise<KeptReading> {
    const reading = await readKeptPanel(query, this.#ports);
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

  /** Which change last set each value of a panel; see `blamePanel`. */
  blamePanel(query: BlamePanel): Promise<Blame> {
    return blamePanel(query, this.#ports);
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

  /** The pages of a workspace's changes after a cursor as they appear, without end; see `followChanges`. */
  followChanges(query: FollowChanges): AsyncIterable<ChangesPage> {
    return followChanges(query, this.#ports);
  }

  followPanel(query: FollowPanel): AsyncIterable<FollowedEvent> {
    return followPanel(query, this.#ports);
  }

  queryPanels(query: QueryPanels): Promise<FoundPage> {
    return queryPanels(query, this.#ports);
  }

  /**
   * Edits a panel; see `editPanel`, and in a turn `editInTurn`.
   * @throws ProposedInstead where an approval rule holds the edit back; TurnNotFound, TurnEnded, OutsideTurn; what `editPanel` throws
   */
  async editPanel(command: EditPanel): Promise<Written> {
    const { key, edit, origin } = command;
    const turn = await admitToTurn(key, origin.about?.turnId, [key.panelId], this.#ports);
    const change = (own: EditPanel) => {
      const changed = { ...key, panelIds: [key.panelId] };
      const make = () => editPanel(own, this.#ports);
      return this.#withSafetySnapshot(changed, own, edit.kind === 'delete', make);
    };
    return orPropose(proposableEdit(command, this.#ports), this.proposals, () =>
      turn ? editInTurn(command, turn, change, this.#inTurn) : change(command),
    );
  }

  /**
   * Changes several panels as one; see `transact`.
   * @throws ProposedInstead where an approval rule holds some of it back: all of it waits; TurnNotFound, TurnEnded, OutsideTurn; what
   *   `transact` throws
   */
  async transact(command: Transact): Promise<Transacted> {
    const { workspace, operations, origin } = command;
    const deletes = operations.some(({ op }) => op === 'delete');
    const panelIds = operations.filter(({ op }) => op !== 'check').map(({ panelId }) => panelId);
    await admitToTurn(workspace, origin.about?.turnId, panelIds, this.#ports);
    const change = () => transact(command, this.#ports);
    return orPropose(proposableTransaction(command, this.#ports), this.proposals, () =>
      this.#withSafetySnapshot({ ...workspace, panelIds }, command, deletes, change),
    );
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

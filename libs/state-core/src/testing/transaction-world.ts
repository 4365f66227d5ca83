import type { JsonObject, StateError } from '@nexus-state/documents';
import { MemoryChangeFeed, MemoryPanelCache, MemoryPanelStore, MemoryUpdateBus } from '../memory';
import {
  type BulkChangePorts,
  type Transact,
  type TransactedPanel,
  type TransactionOperation,
  transact,
} from '../panels/edit';
import {
  type Change,
  type IdempotentRequest,
  type Limits,
  type PanelKey,
  defaultLimits,
} from '../panels/model';
import type { PanelCache } from '../panels/ports';
import type { UpdateBus } from '../ports';
import { PanelMutexes } from '../panels/group-commit';
import { someCopies } from './copies-world';
import { FailingStore } from './failing-store';
import { type Step, anAppend } from './panel-builders';
import { inProcess } from '../panels/large';

const workspace = { owner: 'ann', workspaceId: 'ws' };

/** Who makes the changes of a transaction in these tests. */
export const transactor = { actor: 'ann', triggeredBy: 'user', triggerSource: 'test' };

/** One workspace with all that transactions need, in memory. */
export class TransactionWorld {
  readonly workspace = workspace;
  readonly store = new MemoryPanelStore();
  readonly faults = new FailingStore(this.store);
  readonly cache = new FailingStore<PanelCache>(new MemoryPanelCache());
  readonly bus = new FailingStore<UpdateBus>(new MemoryUpdateBus());
  readonly published: Change[] = [];
  readonly failedHints: string[] = [];
  readonly #ports: BulkChangePorts;

  /** @param limits those that differ from the defaults */
  constructor(limits: Partial<Limits> = {}) {
    const observer = { hintFailed: (hint: string) => void this.failedHints.push(hint) };
    this.#ports = {
      store: this.faults.port,
      feed: new MemoryChangeFeed(this.store),
      observer,
      limits: { ...defaultLimits, ...limits },
      copies: someCopies(this.cache.port),
      large: inProcess,
      mutexes: new PanelMutexes(),
      bus: this.bus.port,
      triggers: { changed: () => undefined },
    };
  }

  /** Begins to listen to what is published. */
  async listen(): Promise<void> {
    await this.bus.adapter.subscribe(this.workspace, {
      onChange: (change) => void this.published.push(change),
      onEvent: () => undefined,
      onReached: () => undefined,
      onGap: () => undefined,
    });
  }

  keyOf(panelId: string): PanelKey {
    return { ...this.workspace, panelId };
  }

  /** Takes a panel through these steps, as another process would. */
  async write(panelId: string, ...steps: readonly Step[]): Promise<void> {
    const before = await this.store.read(this.keyOf(panelId));
    await this.store.append([anAppend(this.keyOf(panelId), before?.version ?? 0, steps, before?.state)]);
  }

  /** Makes a transaction of these operations, and gives the panels that it changed. */
  async transact(
    operations: readonly TransactionOperation[],
    request?: IdempotentRequest,
    origin: Transact['origin'] = transactor,
  ): Promise<readonly TransactedPanel[]> {
    const { panels } = await transact(
      { workspace: this.workspace, operations, origin, request },
      this.#ports,
    );
    return panels;
  }

  /** What a transaction is refused with: its code, and its facts. */
  async refusalOf(operations: readonly TransactionOperation[]): Promise<[string, JsonObject]> {
    const refusal = await this.transact(operations).then(
      () => undefined,
      (error: unknown) => error as StateError,
    );
    if (!refusal) throw new Error('The transaction was not refused.');
    return [refusal.code, refusal.facts as JsonObject];
  }

  /** What a panel is: `2 {"n":2}`; `deleted 2 …` where it was deleted, undefined where it never was. */
  async panel(panelId: string): Promise<string | undefined> {
    const panel = await this.store.read(this.keyOf(panelId));
    return panel && `${panel.deleted ? 'deleted ' : ''}${panel.version} ${panel.stateText}`;
  }

  /** The history of a panel, oldest first: `created 1`. */
  async history(panelId: string): Promise<readonly string[]> {
    const changes = await this.store.changesSince(this.keyOf(panelId), 0, 1_000);
    return changes.map(({ changeType, version }) => `${changeType} ${version}`);
  }
}

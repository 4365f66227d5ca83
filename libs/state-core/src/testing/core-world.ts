import type { JsonObject } from '@nexus-state/documents';
import {
  MemoryCacheEpochs,
  MemoryChangeFeed,
  MemoryPanelCache,
  MemoryPanelQuery,
  MemoryRuleStore,
} from '../memory';
import type { Edit, EditPanel, Expectation } from '../panels/edit';
import type { Written } from '../panels/group-commit';
import type { Change, Limits, PanelKey } from '../panels/model';
import type { PanelCache } from '../panels/ports';
import type { UpdateBus } from '../ports';
import { SnapshotTriggers } from '../snapshots';
import type { Snapshot } from '../snapshots/model';
import { StateCore } from '../state-core';
import { FailingStore } from './failing-store';
import { SnapshotWorld } from './snapshot-world';

/** Who edits in these tests. */
export const editor = { actor: 'ann', triggeredBy: 'user', triggerSource: null };

/** An edit that expects a version. */
export const at = (version: number): Expectation => ({ kind: 'version', version });
/** An edit that expects any version. */
export const any: Expectation = { kind: 'any' };
/** An edit that expects nothing to be there. */
export const absent: Expectation = { kind: 'absent' };

/** One workspace behind `StateCore`, with everything else in memory. */
export class CoreWorld {
  readonly snapshots = new SnapshotWorld();
  readonly store = this.snapshots.store;
  readonly faults = new FailingStore(this.store);
  readonly cache = new FailingStore<PanelCache>(new MemoryPanelCache());
  readonly bus = new FailingStore<UpdateBus>(this.snapshots.bus);
  readonly made: Change[] = [];
  readonly refused: (string | undefined)[] = [];
  readonly failedHints: string[] = [];
  readonly published: Change[] = [];
  readonly rules = new MemoryRuleStore();
  readonly core: StateCore;

  constructor(limits?: Limits) {
    const { queue, coverage } = this.snapshots;
    const triggers = new SnapshotTriggers(
      { queue, coverage, observer: { triggerFailed: () => undefined } },
      { waitMs: 10_000, burstPauseMs: 60_000, afterChanges: 0 },
    );
    this.core = new StateCore({
      store: this.faults.port,
      history: this.faults.port,
      feed: new MemoryChangeFeed(this.store),
      query: new MemoryPanelQuery(this.store),
      cache: this.cache.port,
      epochs: new MemoryCacheEpochs(),
      fencing: this.store.fencing,
      bus: this.bus.port,
      observer: {
        hintFailed: (hint) => void this.failedHints.push(hint),
        changeMade: (change) => void this.made.push(change),
        changeRefused: (code) => void this.refused.push(code),
      },
      triggers,
      turns: this.store.turns,
      proposals: this.store.proposals,
      rules: this.rules,
      rulesRememberedMs: 0,
      limits,
    });
  }

  get workspace() {
    return this.snapshots.workspace;
  }

  key(panelId = 'panel'): PanelKey {
    return this.snapshots.keyOf(panelId);
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

  /** Edits a panel; a conflict is refused where nothing else is said. */
  edit(edit: Edit, expectation: Expectation = any, more: Partial<EditPanel> = {}): Promise<Written> {
    return this.core.editPanel({
      key: this.key(),
      edit,
      expectation,
      onConflict: 'reject',
      origin: editor,
      ...more,
    });
  }

  create(state: JsonObject, more: Partial<EditPanel> = {}): Promise<Written> {
    return this.edit({ kind: 'create', state }, any, more);
  }

  replace(state: JsonObject, version: number, more: Partial<EditPanel> = {}): Promise<Written> {
    return this.edit({ kind: 'replace', state }, at(version), more);
  }

  /** The document of a panel as a reader gets it, past the cache. */
  async read(panelId = 'panel'): Promise<{ version: number; state: JsonObject }> {
    const { version, document } = await this.core.readPanel({ key: this.key(panelId), fresh: true });
    return { version, state: (JSON.parse(document) as { state: JsonObject }).state };
  }

  /** The snapshots of the workspace, oldest first. */
  async taken(): Promise<readonly Snapshot[]> {
    return [...(await this.snapshots.snapshots.list(this.workspace, { limit: 100 }))].reverse();
  }
}

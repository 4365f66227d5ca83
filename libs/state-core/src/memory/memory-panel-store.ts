import type { FencedLock } from '../locks/model';
import {
  type Append,
  type AppendOutcome,
  type BuildAppend,
  type BuildTogether,
  type Change,
  type ExpectedPanel,
  type IdempotentRequest,
  type KeptResponse,
  type Panel,
  type PanelKey,
  type Together,
  type WorkspaceClaim,
  type WorkspaceKey,
  panelKeyText,
  withRevision,
} from '../panels/model';
import { rebuildStart } from '../panels/history';
import type { JsonObject } from '@nexus-state/documents';
import type {
  HistoryEntry,
  HistoryPage,
  HeadsQuery,
  HistoryQuery,
  PanelHead,
  PanelHeads,
  PanelHistory,
  PanelListQuery,
  PanelStore,
  PanelSummary,
  PastPanel,
  PastPanelsQuery,
  RebuildSource,
} from '../panels/ports';
import { proposalOf } from '../proposals/model';
import { MemoryFencingTokens } from './memory-fencing-tokens';
import { MemoryKeyStore } from './memory-key-store';
import { accompany, refusalOf } from './memory-companions';
import { MemoryProposalStore } from './memory-proposal-store';
import { MemoryTurnStore } from './memory-turn-store';
import { historyPageOf, newestOf, pageOf, pastPanel, rebuildSourceOf } from './past-of-changes';
import { isIn, workspaceText } from './workspace-text';

/** Panels in memory: for tests, and as the plainest statement of what a store does. */
export class MemoryPanelStore implements PanelStore, PanelHeads, PanelHistory {
  readonly #panels = new Map<string, Panel>();
  readonly #history: HistoryEntry[] = [];
  readonly #copies = new Map<string, JsonObject>();
  /** When panels were last read, by the text of their keys. */
  readonly lastAccesses = new Map<string, string>();
  readonly #held = new Map<string, Promise<void>>();
  readonly #revisions = new Map<string, number>();
  /** The bytes of the state after each change, by the id of the change. */
  readonly #sizes = new Map<string, number>();
  /** The idempotency keys that were claimed. */
  readonly keys: MemoryKeyStore;
  /** The numbers that writes under a lock are checked against. */
  readonly fencing = new MemoryFencingTokens();
  readonly turns: MemoryTurnStore;
  readonly proposals: MemoryProposalStore;

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {
    this.keys = new MemoryKeyStore(now);
    this.turns = new MemoryTurnStore(now);
    this.proposals = new MemoryProposalStore(now);
  }

  async read(key: PanelKey): Promise<Panel | undefined> {
    return this.#panels.get(panelKeyText(key));
  }

  async readMany(
    { owner, workspaceId }: WorkspaceKey,
    panelIds: readonly string[],
  ): Promise<ReadonlyMap<string, Panel>> {
    const found = panelIds.map((panelId) => this.#panels.get(panelKeyText({ owner, workspaceId, panelId })));
    return new Map(found.flatMap((panel) => (panel ? [[panel.key.panelId, panel] as const] : [])));
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    await Promise.all(batch.map(async ({ key }) => this.#held.get(panelKeyText(key))));
    return batch.map((append) => this.#appendOne(append));
  }

  async appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined> {
    return this.#holding([key], async () => {
      const [find, since] = [this.findKept.bind(this, key), this.changesSince.bind(this, key)];
      const append = await build(await this.read(key), find, since);
      return append && this.#appendOne(append);
    });
  }

  async appendTogetherExclusively(
    workspace: WorkspaceKey,
    panelIds: readonly string[],
    build: BuildTogether,
  ): Promise<AppendOutcome | undefined> {
    const keys = panelIds.map((panelId) => ({ ...workspace, panelId }));
    return this.#holding(keys, async () => {
      const find = (request: IdempotentRequest) => this.findKept(workspace, request);
      const together = await build(await this.readMany(workspace, panelIds), find);
      return together && this.#appendAll(together);
    });
  }

  async appendTogether(
    batch: readonly Append[],
    checks: readonly ExpectedPanel[],
    claim?: WorkspaceClaim,
    lock?: FencedLock,
    more?: Pick<Together, 'turnId' | 'companion'>,
  ): Promise<AppendOutcome> {
    await Promise.all([...batch, ...checks].map(async ({ key }) => this.#held.get(panelKeyText(key))));
    return this.#appendAll({ batch, checks, claim, lock, ...more });
  }

  /** Does some work while others who append to these panels wait. */
  #holding<T>(keys: readonly PanelKey[], work: () => Promise<T>): Promise<T> {
    const texts = keys.map(panelKeyText);
    const turn = Promise.all(texts.map(async (text) => this.#held.get(text))).then(work);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    for (const text of texts) this.#held.set(text, over);
    return turn;
  }

  #appendAll({ batch, checks, claim, lock, turnId, companion }: Together): AppendOutcome {
    if (!this.fencing.allows(lock)) return { outcome: 'lock-lost' };
    const [first] = batch;
    if (first && !this.turns.isOpen(first.key, turnId)) return { outcome: 'turn-ended' };
    const refusal = companion && refusalOf(companion, this);
    if (refusal) return refusal;
    const expected = [
      ...checks,
      ...batch.map(({ key, expectedVersion }) => ({ key, version: expectedVersion })),
    ];
    const met = expected.every(({ key, version }) => this.#versionOf(key) === version);
    if (!met) return { outcome: 'version-mismatch' };
    const workspace = batch[0]?.key ?? checks[0]?.key ?? claim?.workspace ?? companion?.workspace;
    const revision = (workspace ? this.revisionOf(workspace) : 0) + (batch.length > 0 ? 1 : 0);
    const claimed = claim && [withRevision(claim, revision)];
    if (claim && claimed && !this.keys.claimAll(claim.workspace, claimed)) return { outcome: 'key-taken' };
    if (companion) accompany(companion, this);
    if (batch[0]) this.#takeRevision(batch[0].key);
    const occurredAt = this.now().toISOString();
    let ordinal = 1;
    for (const append of [...batch].sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))) {
      this.#appendOne(append, { revision, ordinal, occurredAt });
      ordinal += append.changes.length;
    }
    return { outcome: 'appended', occurredAt, revision };
  }

  /** The newest revision of a workspace; 0 where nothing was written to it yet. */
  revisionOf(workspace: WorkspaceKey): number {
    return this.#revisions.get(workspaceText(workspace)) ?? 0;
  }

  #takeRevision(workspace: WorkspaceKey): number {
    const revision = this.revisionOf(workspace) + 1;
    this.#revisions.set(workspaceText(workspace), revision);
    return revision;
  }

  async touch(accesses: readonly { readonly key: PanelKey; readonly at: string }[]): Promise<void> {
    for (const { key, at } of accesses) {
      const text = panelKeyText(key);
      if (at > (this.lastAccesses.get(text) ?? '')) this.lastAccesses.set(text, at);
    }
  }

  async findKept(
    { owner, workspaceId }: WorkspaceKey,
    request: IdempotentRequest,
  ): Promise<KeptResponse | undefined> {
    const kept = this.keys.find({ owner, workspaceId }, request);
    const { panelId, version } = (kept?.answer ?? {}) as { panelId?: string; version?: number };
    if (!kept || panelId === undefined || version === undefined) return kept;
    const changes = await this.changesSince({ owner, workspaceId, panelId }, version - 1, 1);
    return { ...kept, changes };
  }

  async changesSince(key: PanelKey, version: number, limit: number): Promise<readonly Change[]> {
    const newer = this.#changesOf(key).filter((change) => change.version > version);
    return pageOf(newer.slice(0, limit)).map(({ id: _id, ...change }) => change);
  }

  async history(key: PanelKey, query: HistoryQuery): Promise<HistoryPage> {
    return historyPageOf(this.#changesOf(key), query);
  }

  async list(workspace: WorkspaceKey, page: PanelListQuery): Promise<readonly PanelSummary[]> {
    return [...this.#panels.values()]
      .filter(({ key, deleted }) => !deleted && isIn(workspace, key) && key.panelId > (page.after ?? ''))
      .filter(({ key }) => page.visible.includes(key.panelId))
      .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))
      .slice(0, page.limit)
      .map(({ key: { panelId }, version, updatedAt, stateSizeBytes }) => {
        return { panelId, version, updatedAt, stateSizeBytes };
      });
  }

  async heads(workspace: WorkspaceKey, page: HeadsQuery): Promise<readonly PanelHead[]> {
    const { changedSince = 0 } = page;
    return [...this.#panels.values()]
      .filter(({ key }) => isIn(workspace, key) && key.panelId > (page.after ?? ''))
      .filter(({ key }) => changedSince === 0 || this.#isChanged(key, changedSince))
      .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))
      .slice(0, page.limit)
      .map(({ key, version, deleted }) => ({ panelId: key.panelId, version, deleted }));
  }

  /** Every workspace that ever had a panel. */
  workspaces(): readonly WorkspaceKey[] {
    const found = new Map<string, WorkspaceKey>();
    for (const { key } of this.#panels.values()) {
      const { owner, workspaceId } = key;
      found.set(workspaceText(key), { owner, workspaceId });
    }
    return [...found.values()];
  }

  /** Every panel of a workspace by id, without deleted ones. */
  panelsIn(workspace: WorkspaceKey): readonly Panel[] {
    return [...this.#panels.values()]
      .filter(({ key, deleted }) => !deleted && isIn(workspace, key))
      .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1));
  }

  /** Every change of a workspace, in the order in which they were accepted. */
  changesIn(workspace: WorkspaceKey): readonly HistoryEntry[] {
    return this.#history.filter(({ key }) => isIn(workspace, key));
  }

  async rebuildSource(key: PanelKey, version: number): Promise<RebuildSource | undefined> {
    const copy = this.#copies.get(`${panelKeyText(key)} ${rebuildStart(version)}`);
    return rebuildSourceOf(this.#changesOf(key), version, copy);
  }

  async versionAt(key: PanelKey, instant: string): Promise<number> {
    const before = this.#changesOf(key).filter(
      ({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(instant),
    );
    return before.at(-1)?.version ?? 0;
  }

  async panelsAt(
    workspace: WorkspaceKey,
    { revision, visible, limit, after = '' }: PastPanelsQuery,
  ): Promise<readonly PastPanel[]> {
    const changes = this.changesIn(workspace).filter((change) => change.revision <= revision);
    return newestOf(changes)
      .filter(({ key: { panelId } }) => panelId > after && visible.includes(panelId))
      .slice(0, limit)
      .map((change) => pastPanel(change, this.#sizes.get(change.id)));
  }

  /** @param shared the revision that all changes make together, their instant and the place of the first; each has its own where not given */
  #appendOne(
    { key, expectedVersion, changes, result, claims = [], lock, turnId, leftOut = [] }: Append,
    shared?: { readonly revision: number; readonly ordinal: number; readonly occurredAt: string },
  ): AppendOutcome {
    if (!this.fencing.allows(lock)) return { outcome: 'lock-lost' };
    if (!this.turns.isOpen(key, turnId)) return { outcome: 'turn-ended' };
    const text = panelKeyText(key);
    if (this.#versionOf(key) !== expectedVersion) return { outcome: 'version-mismatch' };
    if (!this.keys.claimAll(key, claims)) return { outcome: 'key-taken' };
    for (const one of leftOut) this.proposals.keep(key, proposalOf(key.panelId, one));
    const occurredAt = shared?.occurredAt ?? this.now().toISOString();
    this.#panels.set(text, { ...result, updatedAt: occurredAt });
    for (const [index, written] of changes.entries()) {
      const { idempotencyKey: _key, fullCopy, patchText: _text, stateSizeBytes, ...rest } = written;
      const revision = shared?.revision ?? this.#takeRevision(key);
      const change = { ...rest, occurredAt, revision, ordinal: shared ? shared.ordinal + index : 1 };
      const id = String(this.#history.length + 1);
      this.#history.push({ ...change, id });
      this.#sizes.set(id, stateSizeBytes);
      if (fullCopy !== undefined)
        this.#copies.set(`${text} ${change.version}`, JSON.parse(fullCopy) as JsonObject);
    }
    return { outcome: 'appended', occurredAt, revision: this.revisionOf(key) };
  }

  #versionOf(key: PanelKey): number {
    return this.#panels.get(panelKeyText(key))?.version ?? 0;
  }

  #isChanged(key: PanelKey, since: number): boolean {
    return this.#changesOf(key).some(({ revision }) => revision > since);
  }

  #changesOf(key: PanelKey): HistoryEntry[] {
    const text = panelKeyText(key);
    return this.#history.filter((entry) => panelKeyText(entry.key) === text);
  }
}

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
  type WorkspaceClaim,
  type WorkspaceKey,
  panelKeyText,
} from '../panels/model';
import { rebuildStart, withinPageBytes } from '../panels/history';
import { type JsonObject, JsonText } from '@nexus-state/documents';
import type {
  HistoryEntry,
  HistoryPage,
  HistoryQuery,
  PanelHead,
  PanelHeads,
  PanelHistory,
  PanelListQuery,
  PanelStore,
  PanelSummary,
  RebuildSource,
} from '../panels/ports';
import { MemoryFencingTokens } from './memory-fencing-tokens';
import { MemoryKeyStore } from './memory-key-store';

/** Panels in memory: for tests, and as the plainest statement of what a store does. */
export class MemoryPanelStore implements PanelStore, PanelHeads, PanelHistory {
  readonly #panels = new Map<string, Panel>();
  readonly #history: HistoryEntry[] = [];
  readonly #copies = new Map<string, JsonObject>();
  /** When panels were last read, by the text of their keys. */
  readonly lastAccesses = new Map<string, string>();
  readonly #held = new Map<string, Promise<void>>();
  /** The idempotency keys that were claimed. */
  readonly keys: MemoryKeyStore;
  /** The numbers that writes under a lock are checked against. */
  readonly fencing = new MemoryFencingTokens();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {
    this.keys = new MemoryKeyStore(now);
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
      const find = (request: IdempotentRequest) => this.findKept(key, request);
      const append = await build(this.#panels.get(panelKeyText(key)), find);
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
      return together && this.#appendAll(together.batch, together.checks, together.claim, together.lock);
    });
  }

  async appendTogether(
    batch: readonly Append[],
    checks: readonly ExpectedPanel[],
    claim?: WorkspaceClaim,
    lock?: FencedLock,
  ): Promise<AppendOutcome> {
    await Promise.all([...batch, ...checks].map(async ({ key }) => this.#held.get(panelKeyText(key))));
    return this.#appendAll(batch, checks, claim, lock);
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

  #appendAll(
    batch: readonly Append[],
    checks: readonly ExpectedPanel[],
    claim?: WorkspaceClaim,
    lock?: FencedLock,
  ): AppendOutcome {
    if (!this.fencing.allows(lock)) return { outcome: 'lock-lost' };
    const expected = [
      ...checks,
      ...batch.map(({ key, expectedVersion }) => ({ key, version: expectedVersion })),
    ];
    const met = expected.every(({ key, version }) => this.#versionOf(key) === version);
    if (!met) return { outcome: 'version-mismatch' };
    if (claim && !this.keys.claimAll(claim.workspace, [claim])) return { outcome: 'key-taken' };
    for (const append of batch) this.#appendOne(append);
    return { outcome: 'appended', occurredAt: this.now().toISOString() };
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
    if (!kept) return undefined;
    const { panelId, version } = kept.answer as { panelId?: string; version?: number };
    if (panelId === undefined || version === undefined) return kept;
    return {
      ...kept,
      changes: await this.changesSince({ owner, workspaceId, panelId }, version - 1, 1),
    };
  }

  async changesSince(key: PanelKey, version: number, limit: number): Promise<readonly Change[]> {
    const newer = this.#changesOf(key).filter((change) => change.version > version);
    return pageOf(newer.slice(0, limit)).map(({ id: _id, ...change }) => change);
  }

  async history(key: PanelKey, query: HistoryQuery): Promise<HistoryPage> {
    const matching = this.#changesOf(key)
      .filter(({ version }) => version <= (query.upTo ?? Infinity))
      .filter(
        ({ occurredAt }) => query.since === undefined || Date.parse(occurredAt) >= Date.parse(query.since),
      )
      .filter(
        ({ occurredAt }) => query.until === undefined || Date.parse(occurredAt) <= Date.parse(query.until),
      )
      .reverse();
    return {
      totalChanges: matching.length,
      entries: pageOf(matching.slice(query.offset, query.offset + query.limit)),
    };
  }

  async list(workspace: WorkspaceKey, page: PanelListQuery): Promise<readonly PanelSummary[]> {
    return [...this.#panels.values()]
      .filter(({ key, deleted }) => !deleted && isIn(workspace, key) && key.panelId > (page.after ?? ''))
      .filter(({ key }) => page.visible.includes(key.panelId))
      .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))
      .slice(0, page.limit)
      .map(({ key, version, updatedAt, stateSizeBytes }) => ({
        panelId: key.panelId,
        version,
        updatedAt,
        stateSizeBytes,
      }));
  }

  async heads(
    workspace: WorkspaceKey,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly PanelHead[]> {
    return [...this.#panels.values()]
      .filter(({ key }) => isIn(workspace, key) && key.panelId > (page.after ?? ''))
      .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1))
      .slice(0, page.limit)
      .map(({ key, version, deleted }) => ({ panelId: key.panelId, version, deleted }));
  }

  /** Every workspace that ever had a panel. */
  workspaces(): readonly WorkspaceKey[] {
    const found = new Map<string, WorkspaceKey>();
    for (const { key } of this.#panels.values()) {
      const { owner, workspaceId } = key;
      found.set(`${workspaceId}/${owner}`, { owner, workspaceId });
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
    const start = rebuildStart(version);
    const steps = this.#changesOf(key).filter((step) => step.version >= start && step.version <= version);
    const last = steps.at(-1);
    if (last?.version !== version) return undefined;
    const state = this.#copies.get(`${panelKeyText(key)} ${start}`);
    return {
      copy: state && { version: start, state: new JsonText(JSON.stringify(state)) },
      steps: (state ? steps.slice(1) : steps).map(({ version, changeType, patch, checksum }) => ({
        version,
        changeType,
        patch: new JsonText(JSON.stringify(patch)),
        checksum,
      })),
      occurredAt: last.occurredAt,
      deleted: last.changeType === 'deleted',
    };
  }

  async versionAt(key: PanelKey, instant: string): Promise<number> {
    const before = this.#changesOf(key).filter(
      ({ occurredAt }) => Date.parse(occurredAt) <= Date.parse(instant),
    );
    return before.at(-1)?.version ?? 0;
  }

  #appendOne({ key, expectedVersion, changes, result, claims = [], lock }: Append): AppendOutcome {
    if (!this.fencing.allows(lock)) return { outcome: 'lock-lost' };
    const text = panelKeyText(key);
    if (this.#versionOf(key) !== expectedVersion) return { outcome: 'version-mismatch' };
    if (!this.keys.claimAll(key, claims)) return { outcome: 'key-taken' };
    const occurredAt = this.now().toISOString();
    this.#panels.set(text, { ...result, updatedAt: occurredAt });
    for (const { idempotencyKey: _key, fullCopy, patchText: _text, ...rest } of changes) {
      const change = { ...rest, occurredAt };
      this.#history.push({ ...change, id: String(this.#history.length + 1) });
      if (fullCopy !== undefined)
        this.#copies.set(`${text} ${change.version}`, JSON.parse(fullCopy) as JsonObject);
    }
    return { outcome: 'appended', occurredAt };
  }

  #versionOf(key: PanelKey): number {
    return this.#panels.get(panelKeyText(key))?.version ?? 0;
  }

  #changesOf(key: PanelKey): HistoryEntry[] {
    const text = panelKeyText(key);
    return this.#history.filter((entry) => panelKeyText(entry.key) === text);
  }
}

function pageOf(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return withinPageBytes(entries, ({ changeSizeBytes }) => changeSizeBytes);
}

function isIn(workspace: WorkspaceKey, key: PanelKey): boolean {
  return key.owner === workspace.owner && key.workspaceId === workspace.workspaceId;
}

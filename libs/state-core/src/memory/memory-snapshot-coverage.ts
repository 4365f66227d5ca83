import type { WorkspaceKey } from '../panels/model';
import type { Covered, SnapshotCoverage, WorkspaceCount } from '../snapshots/ports';
import type { HistoryEntry } from '../panels/ports';
import type { UncoveredChanges } from '../snapshots/model';
import type { MemoryPanelStore } from './memory-panel-store';

/** The coverage of snapshots in memory: for tests. */
export class MemorySnapshotCoverage implements SnapshotCoverage {
  readonly #covered = new Map<string, Covered>();
  readonly #noted = new Map<string, number>();

  /**
   * @param store where the panels are
   * @param exists whether a workspace was not deleted
   * @param now the clock
   */
  constructor(
    private readonly store: MemoryPanelStore,
    private readonly exists: (workspace: WorkspaceKey) => Promise<boolean> = async () => true,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async count(workspace: WorkspaceKey): Promise<WorkspaceCount> {
    const heads = await this.store.heads(workspace, { limit: Infinity });
    return {
      changes: heads.reduce((sum, { version }) => sum + version, 0),
      panels: heads.filter(({ deleted }) => !deleted).length,
      covered: this.#covered.get(textOf(workspace))?.changes ?? 0,
      revision: this.store.revisionOf(workspace),
    };
  }

  async cover(workspace: WorkspaceKey, covered: Covered): Promise<void> {
    const before = this.#covered.get(textOf(workspace))?.changes ?? 0;
    if (covered.changes >= before) this.#covered.set(textOf(workspace), covered);
  }

  async uncovered(workspace: WorkspaceKey, limit: number): Promise<UncoveredChanges> {
    const covered = this.#covered.get(textOf(workspace));
    const since = covered?.at ?? '';
    const heads = await this.store.heads(workspace, { limit: Infinity });
    const histories = await Promise.all(
      heads.map(({ panelId }) =>
        this.store.history({ ...workspace, panelId }, { limit: Infinity, offset: 0 }),
      ),
    );
    const newest = histories
      .flatMap<HistoryEntry>(({ entries }) => entries)
      .filter(({ revision, occurredAt }) => revision > (covered?.revision ?? 0) && occurredAt >= since)
      .sort((a, b) => Number(b.id) - Number(a.id))
      .slice(0, limit);
    const last = newest[0];
    return {
      count: newest.length,
      allByAi: newest.every(({ triggeredBy }) => triggeredBy === 'ai'),
      allDeletions: newest.every(({ changeType }) => changeType === 'deleted'),
      quietMs: last ? Math.max(0, this.now().getTime() - Date.parse(last.occurredAt)) : 0,
    };
  }

  async noteChanges(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    for (const workspace of this.store.workspaces()) {
      this.#noted.set(textOf(workspace), (await this.count(workspace)).changes);
    }
  }

  async listDue({
    limit,
    after,
  }: {
    readonly limit: number;
    readonly after?: WorkspaceKey | undefined;
  }): Promise<readonly WorkspaceKey[]> {
    const due: WorkspaceKey[] = [];
    for (const workspace of this.store.workspaces()) {
      const covered = this.#covered.get(textOf(workspace))?.changes ?? 0;
      const noted = this.#noted.get(textOf(workspace)) ?? 0;
      if (noted > covered && (await this.exists(workspace))) due.push(workspace);
    }
    return due
      .filter((workspace) => !after || orderOf(workspace) > orderOf(after))
      .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
      .slice(0, limit);
  }
}

function textOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}

/** Sorts like the owner and then the id: neither holds U+0000. */
function orderOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${owner}\u0000${workspaceId}`;
}

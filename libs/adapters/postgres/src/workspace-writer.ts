import type { DataSource } from 'typeorm';
import {
  LockLost,
  TransactionContention,
  type Append,
  type FencedLock,
  type KeyClaim,
  type Panel,
  type WorkspaceKey,
  type HeldPanel,
  type HeldWorkspace,
  type WorkspaceWriter,
  type LargeWork,
  inProcess,
} from '@nexus-state/state-core';
import { type Moment, VersionMissed, withoutDeadlock, writeChanges } from './append';
import { holdFence } from './fencing-tokens';
import { claimKey } from './key-store';
import { inNumberedTransaction } from './numbered-transaction';
import { readPanels } from './panel-row';
import type { Run } from './query';

// In the order in which batches take their locks.
const holdStatement = {
  name: 'hold-workspace',
  text: `
    SELECT panel_id AS "panelId", version, checksum, deleted
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2
    ORDER BY owner, workspace_id, panel_id
    FOR UPDATE`,
};

const countStatement = {
  name: 'count-panels',
  text: `SELECT count(*)::integer AS count FROM panel_states WHERE owner = $1 AND workspace_id = $2`,
};

const attempts = 10;

/** Changes workspaces as a whole in PostgreSQL. Each takes two connections (`inNumberedTransaction`). */
export class PostgresWorkspaceWriter implements WorkspaceWriter {
  /** @param source an initialized data source with our schema, of at least two connections */
  constructor(
    private readonly source: DataSource,
    private readonly large: LargeWork = inProcess,
  ) {}

  async rewrite<T>(
    workspace: WorkspaceKey,
    work: (held: HeldWorkspace) => Promise<T>,
  ): Promise<{ readonly result: T; readonly occurredAt: string }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        return await withoutDeadlock(() => this.#tryOnce(workspace, work));
      } catch (error) {
        if (!(error instanceof VersionMissed)) throw error;
      }
    }
    throw new TransactionContention(attempts);
  }

  #tryOnce<T>(
    workspace: WorkspaceKey,
    work: (held: HeldWorkspace) => Promise<T>,
  ): Promise<{ readonly result: T; readonly occurredAt: string }> {
    return inNumberedTransaction(this.source, async (run, moment) => {
      const held = await HeldRows.take(workspace, run, moment, this.large);
      const result = await work(held);
      await held.checkComplete();
      return { result, occurredAt: held.moment.now };
    });
  }
}

/** The panels of a workspace, locked in a transaction. */
class HeldRows implements HeldWorkspace {
  readonly #created = new Set<string>();

  private constructor(
    private readonly workspace: WorkspaceKey,
    private readonly run: Run,
    readonly panels: ReadonlyMap<string, HeldPanel>,
    readonly moment: Moment,
    private readonly large: LargeWork,
  ) {}

  static async take(
    workspace: WorkspaceKey,
    run: Run,
    moment: () => Promise<Moment>,
    large: LargeWork,
  ): Promise<HeldRows> {
    const rows = await run<{ panelId: string; version: string; checksum: string; deleted: boolean }>(
      holdStatement,
      [workspace.owner, workspace.workspaceId],
    );
    const panels = rows.map(
      ({ panelId, version, checksum, deleted }) =>
        [panelId, { version: Number(version), checksum, deleted }] as const,
    );
    return new HeldRows(workspace, run, new Map(panels), await moment(), large);
  }

  async read(panelIds: readonly string[]): Promise<readonly Panel[]> {
    return [...(await readPanels(this.run, this.workspace, panelIds, 'free', this.large)).values()];
  }

  async append(batch: readonly Append[]): Promise<void> {
    const written = await writeChanges(this.run, batch, this.moment);
    if (written.size < batch.length) throw new VersionMissed();
    for (const { key } of batch) if (!this.panels.has(key.panelId)) this.#created.add(key.panelId);
  }

  claim(claim: KeyClaim): Promise<boolean> {
    return claimKey(this.run, this.workspace, claim);
  }

  async holdLock(lock: FencedLock): Promise<void> {
    if (!(await holdFence(this.run, lock))) throw new LockLost(lock.name, lock.fencingToken);
  }

  /** @throws VersionMissed when there are panels that were not there when the others were taken */
  async checkComplete(): Promise<void> {
    const { owner, workspaceId } = this.workspace;
    const [counted] = await this.run<{ count: number }>(countStatement, [owner, workspaceId]);
    if (counted?.count !== this.panels.size + this.#created.size) throw new VersionMissed();
  }
}

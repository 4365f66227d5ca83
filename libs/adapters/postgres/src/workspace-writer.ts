import type { DataSource } from 'typeorm';
import {
  LockLost,
  TransactionContention,
  TurnEnded,
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
import { VersionMissed, withoutDeadlock, writeChanges } from './append';
import { holdFence } from './fencing-tokens';
import { claimKey } from './key-store';
import { inPatientTransaction } from './patient-transaction';
import { readPanels } from './panel-row';
import { holdTurn } from './turn-store';
import type { Run } from './query';
import { readRevision, takeRevision } from './revisions';
import type { Moment } from './writing';

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

const clockStatement = {
  name: 'clock',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
};

const attempts = 10;

/** Changes workspaces as a whole in PostgreSQL. */
export class PostgresWorkspaceWriter implements WorkspaceWriter {
  /** @param source an initialized data source with our schema */
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
    return inPatientTransaction(this.source, async (run) => {
      const held = await HeldRows.take(workspace, run, this.large);
      const result = await work(held);
      if (!held.isWritten) await held.checkComplete();
      return { result, occurredAt: held.occurredAt };
    });
  }
}

/** The panels of a workspace, locked in a transaction. */
class HeldRows implements HeldWorkspace {
  /** When and where in the feed the next changes are written; undefined as long as there are none. */
  #moment: Moment | undefined;

  private constructor(
    private readonly workspace: WorkspaceKey,
    private readonly run: Run,
    readonly panels: ReadonlyMap<string, HeldPanel>,
    /** The instant of the changes: RFC 3339, UTC, milliseconds. */
    readonly occurredAt: string,
    private readonly large: LargeWork,
  ) {}

  static async take(workspace: WorkspaceKey, run: Run, large: LargeWork): Promise<HeldRows> {
    const rows = await run<{ panelId: string; version: string; checksum: string; deleted: boolean }>(
      holdStatement,
      [workspace.owner, workspace.workspaceId],
    );
    const panels = rows.map(
      ({ panelId, version, checksum, deleted }) =>
        [panelId, { version: Number(version), checksum, deleted }] as const,
    );
    const [clock] = await run<{ now: Date }>(clockStatement, []);
    return new HeldRows(workspace, run, new Map(panels), (clock as { now: Date }).now.toISOString(), large);
  }

  /** Whether changes were appended. */
  get isWritten(): boolean {
    return this.#moment !== undefined;
  }

  async revision(): Promise<number> {
    return this.#moment?.revision ?? readRevision(this.run, this.workspace);
  }

  async read(panelIds: readonly string[]): Promise<readonly Panel[]> {
    return [...(await readPanels(this.run, this.workspace, panelIds, 'free', this.large)).values()];
  }

  async append(batch: readonly Append[]): Promise<void> {
    const moment = this.#moment ?? (await this.#begin());
    const written = await writeChanges(this.run, batch, moment);
    if (written.size < batch.length) throw new VersionMissed();
    const changes = batch.reduce((sum, append) => sum + append.changes.length, 0);
    this.#moment = { ...moment, ordinal: moment.ordinal + changes };
  }

  /** Takes the revision of the changes: what others write from here on comes behind it. */
  async #begin(): Promise<Moment> {
    const revision = await takeRevision(this.run, this.workspace);
    await this.checkComplete();
    return { now: this.occurredAt, revision, ordinal: 1 };
  }

  claim(claim: KeyClaim): Promise<boolean> {
    return claimKey(this.run, this.workspace, claim);
  }

  async holdTurn(turnId: string): Promise<void> {
    if (!(await holdTurn(this.run, this.workspace, turnId))) throw new TurnEnded(turnId, 'closed');
  }

  async holdLock(lock: FencedLock): Promise<void> {
    if (!(await holdFence(this.run, lock))) throw new LockLost(lock.name, lock.fencingToken);
  }

  /** @throws VersionMissed when there are panels that were not there when the others were taken */
  async checkComplete(): Promise<void> {
    const { owner, workspaceId } = this.workspace;
    const [counted] = await this.run<{ count: number }>(countStatement, [owner, workspaceId]);
    if (counted?.count !== this.panels.size) throw new VersionMissed();
  }
}

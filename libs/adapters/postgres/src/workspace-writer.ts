import type { DataSource } from 'typeorm';
import {
  Semaphore,
  TransactionContention,
  type Append,
  type KeyClaim,
  type Panel,
  type WorkspaceKey,
  type HeldPanel,
  type HeldWorkspace,
  type WorkspaceWriter,
} from '@nexus-state/state-core';
import { type Moment, VersionMissed, withoutDeadlock, writeChanges } from './append';
import { claimKey } from './key-store';
import { type PanelRow, panelOf } from './panel-row';
import { type Run, inTransaction } from './query';

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

const readStatement = {
  name: 'read-panels',
  text: `
    SELECT panel_id AS "panelId", version, state, checksum, state_size_bytes AS "stateSizeBytes", deleted,
      updated_at AS "updatedAt"
    FROM panel_states
    WHERE owner = $1 AND workspace_id = $2 AND panel_id = ANY($3::text[])`,
};

const countStatement = {
  name: 'count-panels',
  text: `SELECT count(*)::integer AS count FROM panel_states WHERE owner = $1 AND workspace_id = $2`,
};

const clockStatement = {
  name: 'clock',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
};

const numberStatement = { name: 'transaction-number', text: `SELECT pg_current_xact_id()::text AS id` };

// Work goes on beside the database: it may be silent for a while.
const patience = { text: 'SET LOCAL idle_in_transaction_session_timeout = 0' };

const attempts = 10;

/**
 * Changes workspaces as a whole in PostgreSQL. Each takes two connections: one that holds and changes the panels, and
 * one whose transaction only has a number. The number of the first is given out with its first lock, when changes with
 * higher numbers may still be on their way to other panels; the feed, which is ordered by them, would tell what was
 * made of these changes before it tells them. The number of the second is given out when all panels are held.
 */
export class PostgresWorkspaceWriter implements WorkspaceWriter {
  // One by one: two that each have one connection, and wait for their second, would wait for each other.
  readonly #turns = new Semaphore(1);

  /** @param source an initialized data source with our schema, of at least two connections */
  constructor(private readonly source: DataSource) {}

  async rewrite<T>(
    workspace: WorkspaceKey,
    work: (held: HeldWorkspace) => Promise<T>,
  ): Promise<{ readonly result: T; readonly occurredAt: string }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        return await this.#turns.run(() => withoutDeadlock(() => this.#tryOnce(workspace, work)));
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
    // The outer one ends last: until then the feed does not read what has its number.
    return inTransaction(this.source, (numbering) =>
      inTransaction(this.source, async (run) => {
        for (const each of [numbering, run]) await each(patience, []);
        const held = await HeldRows.take(workspace, run, numbering);
        const result = await work(held);
        await held.checkComplete();
        // A number whose transaction is gone would let the feed pass by.
        await numbering(numberStatement, []);
        return { result, occurredAt: held.moment.now };
      }),
    );
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
  ) {}

  static async take(workspace: WorkspaceKey, run: Run, numbering: Run): Promise<HeldRows> {
    const rows = await run<{ panelId: string; version: string; checksum: string; deleted: boolean }>(
      holdStatement,
      [workspace.owner, workspace.workspaceId],
    );
    const panels = rows.map(
      ({ panelId, version, checksum, deleted }) =>
        [panelId, { version: Number(version), checksum, deleted }] as const,
    );
    const [clock] = await run<{ now: Date }>(clockStatement, []);
    const [number] = await numbering<{ id: string }>(numberStatement, []);
    const moment = {
      now: (clock as { now: Date }).now.toISOString(),
      transactionId: (number as { id: string }).id,
    };
    return new HeldRows(workspace, run, new Map(panels), moment);
  }

  async read(panelIds: readonly string[]): Promise<readonly Panel[]> {
    const { owner, workspaceId } = this.workspace;
    const rows = await this.run<PanelRow & { panelId: string }>(readStatement, [
      owner,
      workspaceId,
      panelIds,
    ]);
    return rows.map(({ panelId, ...row }) => panelOf({ owner, workspaceId, panelId }, row));
  }

  async append(batch: readonly Append[]): Promise<void> {
    const written = await writeChanges(this.run, batch, this.moment);
    if (written.size < batch.length) throw new VersionMissed();
    for (const { key } of batch) if (!this.panels.has(key.panelId)) this.#created.add(key.panelId);
  }

  claim(claim: KeyClaim): Promise<boolean> {
    return claimKey(this.run, this.workspace, claim);
  }

  /** @throws VersionMissed when there are panels that were not there when the others were taken */
  async checkComplete(): Promise<void> {
    const { owner, workspaceId } = this.workspace;
    const [counted] = await this.run<{ count: number }>(countStatement, [owner, workspaceId]);
    if (counted?.count !== this.panels.size + this.#created.size) throw new VersionMissed();
  }
}

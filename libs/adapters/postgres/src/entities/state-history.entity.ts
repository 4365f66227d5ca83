import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ChangeType } from '@nexus-state/state-core';

/**
 * A row of `state_history`: one accepted change. Rows are only ever added. The column `transaction_id` stands in the
 * migration alone: its type, xid8, is none that TypeORM knows.
 */
@Entity({ name: 'state_history' })
@Index('state_history_by_idempotency_key', { synchronize: false })
@Index('state_history_by_workspace', { synchronize: false })
export class StateHistoryRow {
  @PrimaryColumn({ type: 'text' })
  owner: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'text' })
  workspaceId: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @PrimaryColumn({ name: 'panel_id', type: 'text' })
  panelId: string;

  @Column({ name: 'change_type', type: 'text' })
  changeType: ChangeType;

  @Column({ type: 'jsonb' })
  patch: unknown;

  @Column({ name: 'previous_version', type: 'bigint' })
  previousVersion: string;

  @PrimaryColumn({ name: 'new_version', type: 'bigint' })
  newVersion: string;

  @Column({ name: 'triggered_by', type: 'text' })
  triggeredBy: string;

  @Column({ name: 'trigger_source', type: 'text', nullable: true })
  triggerSource: string | null;

  @Column({ type: 'text' })
  actor: string;

  @Column({ name: 'change_size_bytes', type: 'integer' })
  changeSizeBytes: number;

  /** Of the state after the change. */
  @Column({ type: 'text' })
  checksum: string;

  /** The version its author was looking at, where the change was merged. */
  @Column({ name: 'base_version', type: 'bigint', nullable: true })
  baseVersion: string | null;

  @Column({ name: 'idempotency_key', type: 'text', nullable: true })
  idempotencyKey: string | null;

  /** The whole state after the change, with every so many-th version. */
  @Column({ name: 'full_state', type: 'jsonb', nullable: true })
  fullState: unknown;

  @Column({ name: 'occurred_at', type: 'timestamptz' })
  occurredAt: Date;

  /** The revision of the workspace that the change made, alone or with the others of its transaction. */
  @Column({ type: 'bigint' })
  revision: string;

  /** Its place among the changes of its revision, from 1. */
  @Column({ type: 'integer', default: 1 })
  ordinal: number;

  /** Of the state after the change; null where a release before wrote it. */
  @Column({ name: 'state_size_bytes', type: 'integer', nullable: true })
  stateSizeBytes: number | null;

  /** How the change came to be: its turn, proposal and provenance; null where nothing is said of it. */
  @Column({ type: 'jsonb', nullable: true })
  about: unknown;
}

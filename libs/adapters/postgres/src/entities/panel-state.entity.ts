import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of `panel_states`: a panel at its newest version. */
@Entity({ name: 'panel_states' })
@Index('panel_states_by_workspace', ['workspaceId', 'panelId'])
@Index('panel_states_by_time', ['updatedAt'])
@Index('panel_states_by_state', { synchronize: false })
export class PanelStateRow {
  @PrimaryColumn({ type: 'text' })
  owner: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'text' })
  workspaceId: string;

  @PrimaryColumn({ name: 'panel_id', type: 'text' })
  panelId: string;

  @Column({ type: 'uuid', default: () => 'gen_random_uuid()' })
  id: string;

  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'jsonb' })
  state: unknown;

  @Column({ type: 'text' })
  checksum: string;

  @Column({ name: 'state_size_bytes', type: 'integer' })
  stateSizeBytes: number;

  @Column({ name: 'state_variable_count', type: 'integer' })
  stateVariableCount: number;

  @Column({ name: 'state_schema_version', type: 'text', default: '1.0.0' })
  stateSchemaVersion: string;

  @Column({ type: 'boolean', default: false })
  deleted: boolean;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt: Date;

  @Column({ name: 'last_accessed_at', type: 'timestamptz' })
  lastAccessedAt: Date;
}

import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of `state_snapshots`: a snapshot and the commit that holds it. */
@Entity({ name: 'state_snapshots' })
@Index('state_snapshots_by_time', ['owner', 'workspaceId', 'createdAt', 'id'])
@Index('state_snapshots_automatic', ['createdAt', 'id'], { where: `type = 'auto'` })
@Index('state_snapshots_by_commit', ['owner', 'workspaceId', 'gitCommitHash'])
export class StateSnapshotRow {
  @PrimaryColumn({ type: 'text' })
  owner: string;

  @PrimaryColumn({ name: 'workspace_id', type: 'text' })
  workspaceId: string;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  type: string;

  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ name: 'panel_count', type: 'integer' })
  panelCount: number;

  @Column({ name: 'total_size_bytes', type: 'bigint' })
  totalSizeBytes: string;

  @Column({ name: 'git_commit_hash', type: 'text' })
  gitCommitHash: string;

  @Column({ name: 'git_branch', type: 'text' })
  gitBranch: string;

  @Column({ name: 'created_by', type: 'text' })
  createdBy: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}

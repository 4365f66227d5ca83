import { IsIn, IsInt, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { SnapshotTaken } from './snapshots';

/** Progress of a job. */
export class JobProgressItem {
  @IsInt()
  @Min(0)
  done: number;

  /** 0 while unknown. */
  @IsInt()
  @Min(0)
  total: number;
}

/** The outcome of a push, or of an automatic snapshot without changes. */
export class JobOutcome {
  /** `pushed`, `nothing-to-push`, or `unchanged`. */
  @IsIn(['pushed', 'nothing-to-push', 'unchanged'])
  outcome: 'pushed' | 'nothing-to-push' | 'unchanged';

  /** The commit that the remote is at. */
  @IsOptional()
  @IsString()
  gitCommitHash?: string;
}

/** The status of a snapshot or push job. */
export class SnapshotJobResponse {
  /** For a snapshot job, also the id of the snapshot. */
  @IsString()
  jobId: string;

  /**
   * `waiting` for a worker; `active`; `delayed` until its time or next attempt; `completed`; or `failed` after its last
   * attempt.
   */
  @IsIn(['waiting', 'delayed', 'active', 'completed', 'failed'])
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

  /** In panels, for a snapshot. */
  @ValidateNested()
  progress: JobProgressItem;

  /** The result of a completed job. */
  @IsOptional()
  @JSONSchema({
    oneOf: [{ $ref: '#/$defs/SnapshotTaken' }, { $ref: '#/$defs/JobOutcome' }],
  })
  result?: SnapshotTaken | JobOutcome;

  /** The reason why the last attempt failed. */
  @IsOptional()
  @IsString()
  failedReason?: string;
}

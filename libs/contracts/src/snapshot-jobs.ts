import { IsIn, IsInt, IsOptional, IsString, Min, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { SnapshotTaken } from './snapshots';

/** How far a job is. */
export class JobProgressItem {
  @IsInt()
  @Min(0)
  done: number;

  /** 0 until it is known. */
  @IsInt()
  @Min(0)
  total: number;
}

/** What came of a push, or of an automatic snapshot that was not needed. */
export class JobOutcome {
  /** `pushed`, `nothing-to-push`, or `unchanged`. */
  @IsIn(['pushed', 'nothing-to-push', 'unchanged'])
  outcome: 'pushed' | 'nothing-to-push' | 'unchanged';

  /** The commit that the remote has now. */
  @IsOptional()
  @IsString()
  gitCommitHash?: string;
}

/** How a job of a workspace is doing: one that takes a snapshot, or pushes to the remote. */
export class SnapshotJobResponse {
  /** That of a snapshot is the snapshot's id, too. */
  @IsString()
  jobId: string;

  /**
   * `waiting` for a worker; `active`; `delayed` until it is tried again, or its time has come; `completed`; or `failed`:
   * given up after several attempts.
   */
  @IsIn(['waiting', 'delayed', 'active', 'completed', 'failed'])
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';

  /** In panels, for a snapshot. */
  @ValidateNested()
  progress: JobProgressItem;

  /** What it came to, once it is completed. */
  @IsOptional()
  @JSONSchema({
    oneOf: [{ $ref: '#/$defs/SnapshotTaken' }, { $ref: '#/$defs/JobOutcome' }],
  })
  result?: SnapshotTaken | JobOutcome;

  /** Why the last attempt failed. */
  @IsOptional()
  @IsString()
  failedReason?: string;
}

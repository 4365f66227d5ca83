import { IsBoolean, IsIn, IsInt, IsOptional, IsString } from 'class-validator';

/** Body of a restore: what to go back to, by one of the two names. */
export class RestoreRequest {
  /** A snapshot of the workspace. */
  @IsOptional()
  @IsString()
  snapshotId?: string;

  /** A commit of the workspace: its hash, or at least 7 digits of its beginning. */
  @IsOptional()
  @IsString()
  gitCommitHash?: string;

  /** `exact`: panels made since are deleted; `overlay`: they are left alone. `exact` where not given. */
  @IsOptional()
  @IsIn(['exact', 'overlay'])
  mode?: 'exact' | 'overlay';
}

/** Answer to a restore. */
export class RestoreDone {
  @IsBoolean()
  success: true;

  /** How many panels got a new version, those that were made again included. */
  @IsInt()
  restoredPanels: number;

  /** How many panels were deleted, for the snapshot does not hold them. */
  @IsInt()
  deletedPanels: number;

  /** How many panels held already what the snapshot holds. */
  @IsInt()
  unchangedPanels: number;

  /** The snapshot that was taken before: restoring it undoes this restore. */
  @IsString()
  safetySnapshotId: string;
}

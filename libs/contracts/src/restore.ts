import { IsBoolean, IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { Attributed } from './common';

/** Body of a restore: either a snapshot or a commit. */
export class RestoreRequest extends Attributed {
  /** A snapshot of the workspace. */
  @IsOptional()
  @IsString()
  snapshotId?: string;

  /** A commit of the workspace: its hash, or a prefix of at least 7 digits. */
  @IsOptional()
  @IsString()
  gitCommitHash?: string;

  /** `exact`: panels created since are deleted; `overlay`: they are kept. Default `exact`. */
  @IsOptional()
  @IsIn(['exact', 'overlay'])
  mode?: 'exact' | 'overlay';
}

/** Response of a restore. */
export class RestoreDone {
  @IsBoolean()
  success: true;

  /** Number of panels that got a new version, including recreated ones. */
  @IsInt()
  restoredPanels: number;

  /** Number of panels deleted because they are not in the snapshot. */
  @IsInt()
  deletedPanels: number;

  /** Number of panels whose state already equals the snapshot. */
  @IsInt()
  unchangedPanels: number;

  /** The revision of the workspace that the changes made together; the current one, if nothing had to change. */
  @IsInt()
  revision: number;

  /** The snapshot taken before the restore; restoring it undoes the restore. */
  @IsString()
  safetySnapshotId: string;
}

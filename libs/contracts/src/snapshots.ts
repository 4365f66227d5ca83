import { IsBoolean, IsInt, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ListOf, Nullable } from './common';

const typePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Body of POST `/api/snapshots/{ws}`, optional. */
export class TakeSnapshotRequest {
  /** The message of the commit, before its trailers. At most 4,096 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  description?: string;

  /** A letter, then up to 63 letters, digits, `_`, `.` or `-`; default `manual`. */
  @IsOptional()
  @Matches(typePattern)
  type?: string;

  /** Whether the commit is pushed to the remote, if one is configured; default true. */
  @IsOptional()
  @IsBoolean()
  push?: boolean;
}

/** Body of POST `/api/state/{ws}/snapshot`, the alias; optional. */
export class CommitStateRequest {
  /** The message of the commit, before its trailers. At most 4,096 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  description?: string;

  /** A letter, then up to 63 letters, digits, `_`, `.` or `-`; default `manual`. */
  @IsOptional()
  @Matches(typePattern)
  type?: string;

  /**
   * Whether the commit is pushed to the remote, if one is configured; default true. Every snapshot is committed to the
   * repository of the workspace.
   */
  @IsOptional()
  @IsBoolean()
  commitToGit?: boolean;
}

/** Response of a taken snapshot. */
export class SnapshotTaken {
  /** UUID. */
  @IsString()
  snapshotId: string;

  @IsString()
  workspaceId: string;

  @IsString()
  type: string;

  /** Number of panels. */
  @IsInt()
  panelCount: number;

  /** Sum of the panels' `stateSizeBytes`. */
  @IsInt()
  totalSizeBytes: number;

  /** The commit of the snapshot; snapshots without changes between them share one. */
  @IsString()
  gitCommitHash: string;

  /** The instant of its panels. */
  @IsISO8601()
  createdAt: string;

  /** The job that pushes the commit, if it is pushed. */
  @IsOptional()
  @IsString()
  pushJobId?: string;
}

/** A snapshot in the list. */
export class SnapshotItem {
  /** UUID. */
  @IsString()
  snapshotId: string;

  @IsString()
  type: string;

  /** Null if not given. */
  @IsString()
  @Nullable()
  description: string | null;

  /** Number of panels. */
  @IsInt()
  panelCount: number;

  /** Sum of the panels' `stateSizeBytes`. */
  @IsInt()
  totalSizeBytes: number;

  /** The commit of the snapshot. */
  @IsString()
  gitCommitHash: string;

  @IsString()
  gitBranch: string;

  /** The `sub` of the caller's token, or `system`. */
  @IsString()
  createdBy: string;

  /** The instant of its panels. */
  @IsISO8601()
  createdAt: string;
}

/** Response of the snapshot list. */
export class SnapshotList {
  /** Newest first. */
  @ListOf(SnapshotItem)
  snapshots: readonly SnapshotItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

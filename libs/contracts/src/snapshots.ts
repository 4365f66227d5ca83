import { IsBoolean, IsInt, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { ListOf, Nullable } from './common';

const typePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Body of POST `/api/snapshots/{ws}`: a snapshot to take. All of it may be left out. */
export class TakeSnapshotRequest {
  /** What for: the commit's message, followed by its trailers. At most 4,096 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  description?: string;

  /** A word: a letter, then up to 63 letters, digits, `_`, `.` or `-`; `manual` where not given. */
  @IsOptional()
  @Matches(typePattern)
  type?: string;

  /** Whether the commit is pushed to the remote, where one is configured; it is where nothing is said. */
  @IsOptional()
  @IsBoolean()
  push?: boolean;
}

/** Body of POST `/api/state/{ws}/snapshot`: the same by its other name. All of it may be left out. */
export class CommitStateRequest {
  /** What for: the commit's message, followed by its trailers. At most 4,096 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  description?: string;

  /** A word: a letter, then up to 63 letters, digits, `_`, `.` or `-`; `manual` where not given. */
  @IsOptional()
  @Matches(typePattern)
  type?: string;

  /**
   * Whether the commit is pushed to the remote, where one is configured; it is where nothing is said. Every snapshot is
   * committed to the workspace's own repository, for that is where its panels are.
   */
  @IsOptional()
  @IsBoolean()
  commitToGit?: boolean;
}

/** Answer to a snapshot that was taken. */
export class SnapshotTaken {
  /** UUID. */
  @IsString()
  snapshotId: string;

  @IsString()
  workspaceId: string;

  @IsString()
  type: string;

  /** How many panels it holds. */
  @IsInt()
  panelCount: number;

  /** Sum of the panels' `stateSizeBytes`. */
  @IsInt()
  totalSizeBytes: number;

  /** The commit that holds it; snapshots between which nothing changed share one. */
  @IsString()
  gitCommitHash: string;

  /** The instant whose panels it holds. */
  @IsISO8601()
  createdAt: string;

  /** The job that pushes it, where a remote is configured and it is to be pushed. */
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

  /** Null where nothing was said. */
  @IsString()
  @Nullable()
  description: string | null;

  /** How many panels it holds. */
  @IsInt()
  panelCount: number;

  /** Sum of the panels' `stateSizeBytes`. */
  @IsInt()
  totalSizeBytes: number;

  /** The commit that holds it. */
  @IsString()
  gitCommitHash: string;

  @IsString()
  gitBranch: string;

  /** Who asked for it: a token's `sub`, or `system`. */
  @IsString()
  createdBy: string;

  /** The instant whose panels it holds. */
  @IsISO8601()
  createdAt: string;
}

/** Answer to the list of snapshots. */
export class SnapshotList {
  /** Newest first. */
  @ListOf(SnapshotItem)
  snapshots: readonly SnapshotItem[];

  /** Where the next page begins; null on the last one. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsString, Max, Min } from 'class-validator';
import { ListOf, ListOfObjects, Nullable, WorkspaceParams, maxVersion } from './common';

/** Body of a revert. */
export class RevertPanelRequest {
  /** The version whose content is written again. */
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  targetVersion: number;

  /** Whether a snapshot of the workspace is taken first. */
  @IsOptional()
  @IsBoolean()
  createSnapshot?: boolean;

  /** The version that the caller saw last; where it is not the newest any more, nothing happens. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;
}

/** Answer to a panel that was reverted. */
export class PanelReverted {
  @IsBoolean()
  success: true;

  @IsInt()
  version: number;

  @IsInt()
  revertedTo: number;

  /** The snapshot that was taken first, where it was asked for. */
  @IsOptional()
  @IsString()
  snapshotId?: string;

  @IsISO8601()
  updatedAt: string;
}

/** Query parameters of a panel's history. */
export class HistoryParams extends WorkspaceParams {
  /** The most changes of the page, default 50. A page of large changes has fewer: it ends at 8 MiB. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** How many of the newest changes to pass over. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  offset?: number;

  /** Only changes at or after this instant (RFC 3339). */
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;

  /** Only changes at or before this instant (RFC 3339). */
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;
}

/** One change in a panel's history. */
export class HistoryItem {
  /** Orders the changes of a workspace. */
  @IsString()
  id: string;

  @IsIn(['created', 'updated', 'reverted', 'deleted'])
  changeType: string;

  /** The JSON Patch (RFC 6902) from the previous version to this one. */
  @ListOfObjects()
  patch: readonly object[];

  @IsInt()
  version: number;

  @IsInt()
  previousVersion: number;

  @IsString()
  triggeredBy: string;

  @IsString()
  @Nullable()
  triggerSource: string | null;

  /** Who made the change: the `sub` of their token. */
  @IsString()
  actor: string;

  /** Bytes of the patch. */
  @IsInt()
  changeSizeBytes: number;

  @IsISO8601()
  occurredAt: string;
}

/** A page of a panel's history, newest first. */
export class PanelHistory {
  @IsString()
  panelId: string;

  /** How many changes match, over all pages. */
  @IsInt()
  totalChanges: number;

  @ListOf(HistoryItem)
  history: HistoryItem[];
}

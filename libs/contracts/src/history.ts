import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import {
  Attributed,
  Attribution,
  ListOf,
  ListOfObjects,
  Nullable,
  WorkspaceParams,
  maxVersion,
} from './common';

/** Body of a revert. */
export class RevertPanelRequest extends Attributed {
  /** The version whose state is written as a new version. */
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  targetVersion: number;

  /** Whether a snapshot of the workspace is taken first. */
  @IsOptional()
  @IsBoolean()
  createSnapshot?: boolean;

  /** The version that the caller saw last; if it is not the newest version, the revert is refused. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;
}

/** Response of a revert. */
export class PanelReverted {
  @IsBoolean()
  success: true;

  @IsInt()
  version: number;

  /** The revision of the workspace that this change made. */
  @IsInt()
  revision: number;

  @IsInt()
  revertedTo: number;

  /** The snapshot that was taken first, if requested. */
  @IsOptional()
  @IsString()
  snapshotId?: string;

  @IsISO8601()
  updatedAt: string;
}

/** Query parameters of a panel's history. */
export class HistoryParams extends WorkspaceParams {
  /** Page size in changes, default 50. A page ends at 8 MiB, so a page of large changes has fewer. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** How many of the newest changes to skip. */
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

  /** Only changes by this actor: the `sub` of a token. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  /** Only changes triggered by this: `user`, `ai`, `system`, or another word. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggeredBy?: string;

  /** Only changes that belong to this turn. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  turnId?: string;

  /** Only changes that this model came up with: the `model` of their provenance. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  model?: string;
}

/** One change in a panel's history. */
export class HistoryItem extends Attribution {
  /** Names the change. */
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

  /** The revision of the workspace that the change made, alone or with the other changes of its transaction. */
  @IsInt()
  revision: number;

  @IsString()
  triggeredBy: string;

  @IsString()
  @Nullable()
  triggerSource: string | null;

  /** The actor: the `sub` of the token. */
  @IsString()
  actor: string;

  /** Size of the patch in bytes. */
  @IsInt()
  changeSizeBytes: number;

  @IsISO8601()
  occurredAt: string;
}

/** A page of a panel's history, newest first. */
export class PanelHistory {
  @IsString()
  panelId: string;

  /** Number of matching changes, over all pages. */
  @IsInt()
  totalChanges: number;

  @ListOf(HistoryItem)
  history: HistoryItem[];
}

import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

const maxVersion = Number.MAX_SAFE_INTEGER;

/** Who or what caused a change; part of every body that changes a panel. */
export class ChangeOrigin {
  /** `user`, `ai`, `system`, or the caller's own word; `user` where not given. At most 64 characters. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  triggeredBy?: string;

  /** What exactly caused it, e.g. the name of a tool. At most 255 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggerSource?: string;
}

/** Body of POST: a panel to make. */
export class CreatePanelRequest extends ChangeOrigin {
  /** A JSON object of at most 1 MiB, nested at most 128 deep (configurable). */
  @IsObject()
  initialState: object;
}

const conflictPolicies = ['reject', 'merge', 'overwrite'];

/** Body of PUT: a new state for a panel, whole. */
export class ReplacePanelRequest extends ChangeOrigin {
  /** A JSON object of at most 1 MiB, nested at most 128 deep (configurable). */
  @IsObject()
  state: object;

  /** The version this is based on; 0 creates the panel. Where it is missing, `If-Match` must say it. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** What becomes of a change that is based on an old version; `reject` where not given. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Body of PATCH as an envelope: a JSON Patch and the version it is based on. */
export class PatchPanelRequest extends ChangeOrigin {
  /** A JSON Patch (RFC 6902), with `inc` beside its six operations; at most 1,000 operations (configurable). */
  @IsArray()
  patches: object[];

  /** The version this is based on. Where it is missing, `If-Match` must say it. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** What becomes of a change that is based on an old version; `merge` where not given, `reject` with `If-Match`. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Query parameters of every route below a workspace. */
export class WorkspaceParams {
  /** Whose workspace is meant, where several of this id are within the caller's reach. */
  @IsOptional()
  @IsString()
  owner?: string;
}

/** Query parameters of reading a panel. */
export class ReadPanelParams extends WorkspaceParams {
  /** Adds the newest 50 changes as `history`. */
  @IsOptional()
  @IsBoolean()
  includeHistory?: boolean;

  /** The panel as it was at this version. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;

  /** The panel as it was at this instant (RFC 3339). */
  @IsOptional()
  @IsISO8601({ strict: true })
  at?: string;

  /** A JSON Pointer (RFC 6901): `state` is then the value there. */
  @IsOptional()
  @IsString()
  path?: string;
}

/** Query parameters of PATCH, for bodies that have no room for them. */
export class PatchParams extends WorkspaceParams {
  /** The version the patch is based on. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;

  /** What becomes of a change that is based on an old version. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Query parameters of a workspace's panels. */
export class PanelListParams extends WorkspaceParams {
  /** How many panels to give; 100 where not given. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

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

/** A panel in a listing. */
export class PanelListItem {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  @IsISO8601()
  updatedAt: string;

  @IsInt()
  stateSizeBytes: number;
}

/** A page of a workspace's panels, by id. */
export class PanelList {
  @IsString()
  workspaceId: string;

  @IsArray()
  panels: readonly PanelListItem[];

  /** Where the next page starts; null on the last one. */
  @IsOptional()
  @IsString()
  nextCursor: string | null;
}

/** Query parameters of a panel's history. */
export class HistoryParams extends WorkspaceParams {
  /** How many changes to give; 50 where not given. */
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

/** Answer to a panel that was created. */
export class PanelCreated {
  @IsBoolean()
  success: true;

  @IsString()
  panelId: string;

  @IsString()
  workspaceId: string;

  /** 1, or more where a panel of this id had been deleted. */
  @IsInt()
  version: number;

  @IsISO8601()
  updatedAt: string;
}

/** Answer to a panel that was replaced. */
export class PanelReplaced {
  @IsBoolean()
  success: true;

  @IsInt()
  version: number;

  @IsISO8601()
  updatedAt: string;
}

/** Answer to a panel that was patched. */
export class PanelPatched extends PanelReplaced {
  /** How many operations the patch had. */
  @IsInt()
  appliedPatches: number;

  /** Whether the change was merged with others that its author had not seen. */
  @IsBoolean()
  merged: boolean;

  /** The version its author was looking at, where it was merged. */
  @IsOptional()
  @IsInt()
  baseVersion?: number;

  /** The patch as it was applied, where it was merged. */
  @IsOptional()
  @IsArray()
  patch?: readonly object[];
}

/** One change in a panel's history. */
export class HistoryItem {
  /** Orders the changes of a workspace. */
  @IsString()
  id: string;

  @IsIn(['created', 'updated', 'reverted', 'deleted'])
  changeType: string;

  /** The JSON Patch (RFC 6902) from the previous version to this one. */
  @IsArray()
  patch: readonly object[];

  @IsInt()
  version: number;

  @IsInt()
  previousVersion: number;

  @IsString()
  triggeredBy: string;

  @IsOptional()
  @IsString()
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

  @IsArray()
  history: HistoryItem[];
}

/** A panel at its newest version. */
export class PanelAnswer {
  @IsString()
  panelId: string;

  @IsString()
  workspaceId: string;

  @IsObject()
  state: object;

  /** Counts the panel's changes; also the `ETag`. */
  @IsInt()
  version: number;

  @IsISO8601()
  updatedAt: string;

  /** The newest 50 changes, where they were asked for. */
  @IsOptional()
  @IsArray()
  history?: HistoryItem[];
}

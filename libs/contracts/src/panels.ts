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

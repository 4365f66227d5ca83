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
  Min,
} from 'class-validator';
import { ChangeOrigin, ListOf, ListOfObjects, WorkspaceParams, maxVersion } from './common';
import { HistoryItem } from './history';

/** What may become of a change that is based on an old version. */
export const conflictPolicies = ['reject', 'merge', 'overwrite'];

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

/** Body of DELETE. All of it may be left out. */
export class DeletePanelRequest {
  /** The version that the caller saw last; where it is not the current one, nothing happens. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;
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
  @ListOfObjects()
  patch?: readonly object[];
}

/** A panel at its newest version. */
export class PanelResponse {
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
  @ListOf(HistoryItem)
  history?: HistoryItem[];
}

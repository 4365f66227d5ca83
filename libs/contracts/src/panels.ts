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
import { Attributed, ChangeOrigin, ListOf, ListOfObjects, WorkspaceParams, maxVersion } from './common';
import { ConflictItem } from './conflicts';
import { HistoryItem } from './history';

/** The conflict policies of a stale change. */
export const conflictPolicies = ['reject', 'merge', 'overwrite'];

/** Body of POST: the panel to create. */
export class CreatePanelRequest extends ChangeOrigin {
  /** A JSON object of at most 1 MiB, nested at most 128 deep (configurable). */
  @IsObject()
  initialState: object;
}

/** Body of PUT: the new state of a panel. */
export class ReplacePanelRequest extends ChangeOrigin {
  /** A JSON object of at most 1 MiB, nested at most 128 deep (configurable). */
  @IsObject()
  state: object;

  /** The base version; 0 creates the panel. Without it, `If-Match` is required. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** The conflict policy of a stale change; default `reject`. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Body of PATCH as an envelope: a JSON Patch and the version it is based on. */
export class PatchPanelRequest extends ChangeOrigin {
  /** A JSON Patch (RFC 6902), with `inc` beside its six operations; at most 1,000 operations (configurable). */
  @IsArray()
  patches: object[];

  /** The base version. Without it, `If-Match` is required. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** The conflict policy of a stale change; default `merge`, with `If-Match` `reject`. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Body of DELETE, optional. */
export class DeletePanelRequest extends Attributed {
  /** The version that the caller saw last; if it is not the current version, the deletion is refused. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;
}

/** Query parameters of a panel read. */
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

  /** A JSON Pointer (RFC 6901): `state` is then only the value at this path. */
  @IsOptional()
  @IsString()
  path?: string;
}

/** Query parameters of PATCH, for bodies that cannot contain them. */
export class PatchParams extends WorkspaceParams {
  /** The base version of the patch. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;

  /** The conflict policy of a stale change. */
  @IsOptional()
  @IsIn(conflictPolicies)
  onConflict?: 'reject' | 'merge' | 'overwrite';
}

/** Response of a creation. */
export class PanelCreated {
  @IsBoolean()
  success: true;

  @IsString()
  panelId: string;

  @IsString()
  workspaceId: string;

  /** 1, or more if a panel with this id was deleted before. */
  @IsInt()
  version: number;

  /** The revision of the workspace that this change made. */
  @IsInt()
  revision: number;

  @IsISO8601()
  updatedAt: string;
}

/** Part of the response of a change in a turn whose policy is not `merge`. */
export class Yielded {
  /** In a turn with `human-wins`: the conflicts whose operations were dropped. Where nothing was left, `version` is the one that is there. */
  @IsOptional()
  @ListOf(ConflictItem)
  dropped?: ConflictItem[];

  /** In a turn with `propose`: the proposal that holds what collides. */
  @IsOptional()
  @IsString()
  proposalId?: string;
}

/** Response of a replacement. */
export class PanelReplaced extends Yielded {
  @IsBoolean()
  success: true;

  @IsInt()
  version: number;

  /** The revision of the workspace that this change made. */
  @IsInt()
  revision: number;

  @IsISO8601()
  updatedAt: string;
}

/** Response of a patch. */
export class PanelPatched extends PanelReplaced {
  /** Number of operations in the patch. */
  @IsInt()
  appliedPatches: number;

  /** Whether the change was merged with changes that its author had not seen. */
  @IsBoolean()
  merged: boolean;

  /** The base version of the change, if it was merged. */
  @IsOptional()
  @IsInt()
  baseVersion?: number;

  /** The patch as applied, if it was merged. */
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

  /** The newest 50 changes, if requested. */
  @IsOptional()
  @ListOf(HistoryItem)
  history?: HistoryItem[];
}

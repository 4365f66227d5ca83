import { IsArray, IsInt, IsISO8601, IsOptional, IsString, Max, Min } from 'class-validator';
import { Nullable, WorkspaceParams } from './common';

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
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

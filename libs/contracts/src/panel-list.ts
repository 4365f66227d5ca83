import { IsInt, IsISO8601, IsOptional, IsString, Max, Min } from 'class-validator';
import { ListOf, Nullable, PageParams, maxVersion } from './common';

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

/** Query parameters of the list of panels. */
export class PanelListParams extends PageParams {
  /** A revision of the workspace: the panels as they were then; default the current ones. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  revision?: number;
}

/** A page of a workspace's panels, by id. */
export class PanelList {
  @IsString()
  workspaceId: string;

  @ListOf(PanelListItem)
  panels: readonly PanelListItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

import { IsInt, IsISO8601, IsString } from 'class-validator';
import { ListOf, Nullable } from './common';

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

  @ListOf(PanelListItem)
  panels: readonly PanelListItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

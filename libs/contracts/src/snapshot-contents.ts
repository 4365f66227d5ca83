import { IsInt, IsISO8601, IsObject, IsOptional, IsString, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { ListOf, ListOfObjects, MapOf, Nullable, ObjectOf, WorkspaceParams } from './common';
import { SnapshotItem } from './snapshots';

/** Query parameters of what git clients ask first. */
export class RepositoryParams extends WorkspaceParams {
  /** `git-upload-pack`: what fetching and cloning ask for. */
  @IsOptional()
  @IsString()
  service?: string;
}

/** A panel as a whole workspace is told. */
export class PanelContent {
  @IsObject()
  state: object;

  @IsInt()
  version: number;
}

/** Answer to one snapshot: what the list tells of it, and its panels. */
export class SnapshotContent extends SnapshotItem {
  /** `{state, version}` by panel id. */
  @MapOf(PanelContent)
  panels: Readonly<Record<string, PanelContent>>;
}

/** Query parameters of the list of commits. */
export class CommitParams extends WorkspaceParams {
  /** How many to give; 50 where not given. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;
}

/** A commit of a workspace's branch. */
export class CommitItem {
  /** 40 hex digits. */
  @IsString()
  hash: string;

  /** The whole message, with the trailers `Snapshot-Id` and `Snapshot-Type`. */
  @IsString()
  message: string;

  /** Who asked for the snapshot. */
  @IsString()
  author: string;

  @IsISO8601()
  committedAt: string;

  /** The hashes of the commits it was made on top of: one, or none for the first. */
  @IsString({ each: true })
  parents: readonly string[];
}

/** Answer to the list of commits. */
export class CommitList {
  /** Newest first. */
  @ListOf(CommitItem)
  commits: readonly CommitItem[];
}

/** Query parameters of a comparison. */
export class DiffParams extends WorkspaceParams {
  /** What to compare with: the id of a snapshot, or the hash of a commit; the workspace as it is now where not given. */
  @IsOptional()
  @IsString()
  to?: string;
}

/** One side of a comparison. */
export class DiffSide {
  /** Null where no snapshot was named. */
  @IsString()
  @Nullable()
  snapshotId: string | null;

  /** Null for the workspace as it is now. */
  @IsString()
  @Nullable()
  gitCommitHash: string | null;

  /** The instant whose panels it holds. */
  @IsISO8601()
  at: string;
}

/** What became of a panel. */
export class PanelDiff {
  /** `added`, `removed` or `changed`. */
  @IsString()
  change: string;

  /** Its version on the one side; null where it was added. */
  @IsInt()
  @JSONSchema({ type: ['integer', 'null'] })
  fromVersion: number | null;

  /** Its version on the other side; null where it was removed. */
  @IsInt()
  @JSONSchema({ type: ['integer', 'null'] })
  toVersion: number | null;

  /** The JSON Patch that leads from one state to the other; an added panel is an `add` at the root, a removed one a `remove`. */
  @ListOfObjects()
  patch: readonly object[];
}

/** Answer to a comparison. Panels whose states are equal are not in it, whatever their versions. */
export class SnapshotDiff {
  @IsString()
  workspaceId: string;

  @ObjectOf(DiffSide)
  from: DiffSide;

  @ObjectOf(DiffSide)
  to: DiffSide;

  /** `{change, fromVersion, toVersion, patch}` by panel id. */
  @MapOf(PanelDiff)
  panels: Readonly<Record<string, PanelDiff>>;
}

/** Query parameters of a whole workspace. */
export class WorkspaceStateParams extends WorkspaceParams {
  /** The hash of a commit, or at least 7 digits of its beginning; the workspace as it is now where not given. */
  @IsOptional()
  @IsString()
  gitCommit?: string;
}

/** Answer to a whole workspace. */
export class WorkspaceState {
  @IsString()
  workspaceId: string;

  /** How many panels there are. */
  @IsInt()
  totalPanels: number;

  /** The one instant whose panels these are. */
  @IsISO8601()
  snapshotAt: string;

  /** The commit that holds them; null for the workspace as it is now. */
  @IsString()
  @Nullable()
  gitCommit: string | null;

  /** `{state, version}` by panel id. */
  @MapOf(PanelContent)
  panels: Readonly<Record<string, PanelContent>>;
}

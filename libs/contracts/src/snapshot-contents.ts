import { IsInt, IsISO8601, IsObject, IsOptional, IsString, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { ListOf, ListOfObjects, MapOf, Nullable, ObjectOf, WorkspaceParams, maxVersion } from './common';
import { SnapshotItem } from './snapshots';

/** Query parameters of the first request of a git client. */
export class RepositoryParams extends WorkspaceParams {
  /** `git-upload-pack`, the service of fetch and clone. */
  @IsOptional()
  @IsString()
  service?: string;
}

/** A panel in the content of a workspace. */
export class PanelContent {
  @IsObject()
  state: object;

  @IsInt()
  version: number;
}

/** Response of a snapshot read: its list item, and its panels. */
export class SnapshotContent extends SnapshotItem {
  /** `{state, version}` by panel id. */
  @MapOf(PanelContent)
  panels: Readonly<Record<string, PanelContent>>;
}

/** Query parameters of the list of commits. */
export class CommitParams extends WorkspaceParams {
  /** Page size, default 50. */
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

  /** The whole message, with the trailers `Snapshot-Id`, `Snapshot-Type` and `Workspace-Revision`. */
  @IsString()
  message: string;

  /** The user that requested the snapshot. */
  @IsString()
  author: string;

  @IsISO8601()
  committedAt: string;

  /** The hashes of its parents: one, or none for the first commit. */
  @IsString({ each: true })
  parents: readonly string[];
}

/** Response of the commit list. */
export class CommitList {
  /** Newest first. */
  @ListOf(CommitItem)
  commits: readonly CommitItem[];
}

/** Query parameters of a comparison. */
export class DiffParams extends WorkspaceParams {
  /** The other side: a snapshot id or commit hash; default the current workspace. */
  @IsOptional()
  @IsString()
  to?: string;
}

/** One side of a comparison. */
export class DiffSide {
  /** Null if this side is not a snapshot. */
  @IsString()
  @Nullable()
  snapshotId: string | null;

  /** Null for the current workspace. */
  @IsString()
  @Nullable()
  gitCommitHash: string | null;

  /** The instant of its panels. */
  @IsISO8601()
  at: string;
}

/** The difference of a panel. */
export class PanelDiff {
  /** `added`, `removed` or `changed`. */
  @IsString()
  change: string;

  /** Its version in `from`; null if it was added. */
  @IsInt()
  @JSONSchema({ type: ['integer', 'null'] })
  fromVersion: number | null;

  /** Its version in `to`; null if it was removed. */
  @IsInt()
  @JSONSchema({ type: ['integer', 'null'] })
  toVersion: number | null;

  /** The JSON Patch from one state to the other: for an added panel an `add` at the root, for a removed one a `remove`. */
  @ListOfObjects()
  patch: readonly object[];
}

/** Response of a comparison. Panels with equal states are left out, even if their versions differ. */
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

/** Query parameters of a workspace read. */
export class WorkspaceStateParams extends WorkspaceParams {
  /** A commit hash, or a prefix of at least 7 digits; default the current workspace. */
  @IsOptional()
  @IsString()
  gitCommit?: string;

  /** A revision of the workspace: the panels as they were then. Not together with `gitCommit`. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  revision?: number;
}

/** Response of a workspace read. */
export class WorkspaceState {
  @IsString()
  workspaceId: string;

  /** Number of panels. */
  @IsInt()
  totalPanels: number;

  /** The instant of the panels. */
  @IsISO8601()
  snapshotAt: string;

  /** The revision of the workspace; missing for a token that reaches only some panels, and for commits that do not say it. */
  @IsOptional()
  @IsInt()
  revision?: number;

  /** The commit that contains the panels; null for the workspace itself. */
  @IsString()
  @Nullable()
  gitCommit: string | null;

  /** `{state, version}` by panel id. */
  @MapOf(PanelContent)
  panels: Readonly<Record<string, PanelContent>>;
}

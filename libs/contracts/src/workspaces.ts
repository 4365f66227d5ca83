import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ListOf, Nullable } from './common';

/** Body of POST: the workspace to create. */
export class CreateWorkspaceRequest {
  /** The display name; 1–255 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  name: string;

  /** The id; by default generated from the name and a random part. */
  @IsOptional()
  @IsString()
  workspaceId?: string;

  /** At most 2,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;
}

/** Body of PATCH: the fields to change. */
export class UpdateWorkspaceRequest {
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;
}

/** Body of PUT: the role of a member. */
export class PutMemberRequest {
  /** Viewers read; editors also write; admins also manage members. */
  @IsIn(['viewer', 'editor', 'admin'])
  role: 'viewer' | 'editor' | 'admin';
}

/** A workspace as the caller sees it. */
export class WorkspaceResponse {
  @IsString()
  workspaceId: string;

  @IsString()
  owner: string;

  @IsString()
  name: string;

  @IsString()
  @Nullable()
  description: string | null;

  /** The role of the caller. */
  @IsIn(['viewer', 'editor', 'admin', 'owner'])
  role: string;

  /** Whether the caller activated this workspace last. */
  @IsBoolean()
  active: boolean;

  @IsISO8601()
  createdAt: string;

  @IsISO8601()
  updatedAt: string;

  @IsISO8601()
  @Nullable()
  lastOpenedAt: string | null;
}

/** The workspaces that the caller owns or is a member of, last opened first. */
export class WorkspaceList {
  @ListOf(WorkspaceResponse)
  workspaces: WorkspaceResponse[];
}

/** A member of a workspace. */
export class MemberResponse {
  @IsString()
  userId: string;

  @IsIn(['viewer', 'editor', 'admin', 'owner'])
  role: string;

  /** The start of the membership; for the owner, the creation of the workspace. */
  @IsISO8601()
  since: string;
}

/** The owner and the members of a workspace; the owner first. */
export class MemberList {
  @ListOf(MemberResponse)
  members: MemberResponse[];
}

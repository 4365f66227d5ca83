import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { ListOf, Nullable } from './common';

/** Body of POST: a workspace to make. */
export class CreateWorkspaceRequest {
  /** What people call it; 1–255 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  name: string;

  /** Its id; made from the name and a random part where not given. */
  @IsOptional()
  @IsString()
  workspaceId?: string;

  /** At most 2,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;
}

/** Body of PATCH: what to change of a workspace. */
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
  /** Viewers read; editors write, too; admins manage members, too. */
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

  /** What the caller is in it. */
  @IsIn(['viewer', 'editor', 'admin', 'owner'])
  role: string;

  /** Whether it is the one the caller activated last. */
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

/** The workspaces that the caller owns or shares, last opened first. */
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

  /** Since when; for the owner, when the workspace was made. */
  @IsISO8601()
  since: string;
}

/** Everybody who reaches a workspace; the owner first. */
export class MemberList {
  @ListOf(MemberResponse)
  members: MemberResponse[];
}

import { IsInt, IsISO8601, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ListOf, Nullable, ObjectOf } from './common';

/** Query parameters of the audit log. */
export class AuditParams {
  /** Start time (inclusive), RFC 3339. */
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;

  /** End time (exclusive), RFC 3339. */
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;

  /** Only what this user did: the `sub` of their token. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  /** Only what was done with a workspace (`garden`), a panel (`garden/lamp`) or a key (`/workloads/web`). */
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  resource?: string;

  /** Page size, default 100. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the previous page. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** What a request was about. */
export class AuditResourceItem {
  @IsOptional()
  @IsString()
  workspaceId?: string;

  @IsOptional()
  @IsString()
  panelId?: string;

  /** A key; for lists and watches a pattern. */
  @IsOptional()
  @IsString()
  key?: string;
}

/** Who did what with which panel or key, and what came of it. */
export class AuditRecordItem {
  /** When the request was answered, or its stream began. */
  @IsISO8601()
  time: string;

  /** The `sub` of the token. */
  @IsString()
  actor: string;

  /** Whose workspace or key it is. */
  @IsString()
  owner: string;

  /** `http`, `sse`, `git`, `grpc`, `mcp`, `socket.io` or `websocket`. */
  @IsString()
  door: string;

  /** `read`, `list`, `query`, `watch` or `write`. */
  @IsString()
  action: string;

  @ObjectOf(AuditResourceItem)
  resource: AuditResourceItem;

  /** The version that was read or written, where there is one. */
  @IsOptional()
  @IsInt()
  version?: number | undefined;

  /** `ok`, or the code of the refusal. */
  @IsString()
  outcome: string;

  /** The `X-Request-Id` of the request; of a live connection, its id and the number of the message. */
  @IsString()
  requestId: string;
}

/** A page of the audit log, newest first. */
export class AuditPage {
  @ListOf(AuditRecordItem)
  records: AuditRecordItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}
